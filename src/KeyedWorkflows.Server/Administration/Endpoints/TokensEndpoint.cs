using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/tokens</c>: what an operator does with the tokens of callers.</summary>
internal sealed class TokensEndpoint(Operators operators, WorkflowServerOptions options, TimeProvider time)
{
    private const int Tries = 5;

    private const int MostGraceSeconds = 30 * 24 * 60 * 60;

    private static readonly string[] RotationFields = ["grace_seconds", "keep_former"];

    public async Task ListAsync(HttpContext http)
    {
        var (tenant, name) = (QueryText.Optional(http, "tenant"), QueryText.Optional(http, "name"));
        bool? enabled = QueryText.Optional(http, "enabled") is null ? null : QueryText.Flag(http, "enabled", false);
        var all = await operators.Tokens(http).ListAsync(http.RequestAborted).ConfigureAwait(false);
        AccessToken[] found = [.. all.Where(token =>
            (tenant is null || IsOf(token, tenant)) && (name is null || token.Name == name) && (enabled is null || token.Enabled == enabled))];
        var now = time.GetUtcNow();
        await PageAnswer.WriteAsync(http, found, (writer, token) => AdministrationJson.Write(writer, token, now)).ConfigureAwait(false);
    }

    public async Task CreateAsync(HttpContext http)
    {
        var draft = (await JsonBody.ReadAsync(http, options.MaxBodyBytes, TokenFields.Read).ConfigureAwait(false)).ToDraft();
        var made = await operators.Tokens(http).CreateAsync(draft, http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers.Location = $"{http.Request.PathBase}{ApiPrefix.Of(http)}/tokens/{made.Token.Id}";
        await WriteAsync(http, 201, made.Token, made.Value, made.CallbackSecret).ConfigureAwait(false);
    }

    public async Task ShowAsync(HttpContext http) => await WriteAsync(http, 200, await FindAsync(http).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task ReplaceAsync(HttpContext http)
    {
        var fields = await JsonBody.ReadAsync(http, options.MaxBodyBytes, TokenFields.Read).ConfigureAwait(false);
        await ChangeAsync(http, fields.Replacing).ConfigureAwait(false);
    }

    public async Task UpdateAsync(HttpContext http)
    {
        var fields = await JsonBody.ReadAsync(http, options.MaxBodyBytes, TokenFields.Read).ConfigureAwait(false);
        await ChangeAsync(http, fields.Over).ConfigureAwait(false);
    }

    public async Task RotateAsync(HttpContext http)
    {
        var grace = await JsonBody.ReadAsync(http, options.MaxBodyBytes, ReadGrace).ConfigureAwait(false);
        var tokens = operators.Tokens(http);
        var rotated = await (grace is { } seconds
            ? tokens.RotateAsync(Id(http), seconds, Revisions.Expected(http), http.RequestAborted)
            : tokens.ReplaceValueAsync(Id(http), Revisions.Expected(http), http.RequestAborted)).ConfigureAwait(false);
        await WriteAsync(http, 200, rotated.Token, rotated.Value).ConfigureAwait(false);
    }

    public Task EnableAsync(HttpContext http) => SetEnabledAsync(http, true);

    public Task DisableAsync(HttpContext http) => SetEnabledAsync(http, false);

    public async Task RevokeAsync(HttpContext http)
    {
        if (!await operators.Tokens(http).RevokeAsync(Id(http), Revisions.Expected(http), http.RequestAborted).ConfigureAwait(false))
            throw AdministrationErrors.NoSuchToken.ToException();
        http.Response.StatusCode = 204;
    }

    /// <summary>Whether a token is pinned to a tenant, or may use its profiles as a tenant's.</summary>
    public static bool IsOf(AccessToken token, string tenant) => token.PinnedTenant == tenant || token.Tenants.Contains(tenant, StringComparer.Ordinal);

    /// <returns>Null where the former value is kept as it is.</returns>
    private static TimeSpan? ReadGrace(ref Utf8JsonReader reader)
    {
        TimeSpan? grace = null;
        var keepsFormer = false;
        var members = new StrictObject(ref reader, RotationFields, "The body");
        while (members.Next(ref reader) is { } field)
        {
            if (field == "keep_former")
                keepsFormer = JsonField.Flag(ref reader, field);
            else
            {
                grace = JsonField.OptionalNumber(ref reader, field) is { } seconds and >= 0 and <= MostGraceSeconds
                    ? TimeSpan.FromSeconds(seconds)
                    : throw JsonField.Wrong(field, $"a whole number from 0 to {MostGraceSeconds}");
            }
        }
        if (keepsFormer)
            return grace is null ? null : throw ApiError.InvalidParam("The body gives 'grace_seconds' and 'keep_former': the present value is taken no more where the former one is kept. Give one of them.").ToException();
        return grace ?? throw JsonField.Missing("grace_seconds", "how long the present value is taken beside the new one; 0 where it may have got to others");
    }

    private static string Id(HttpContext http) => (string)http.Request.RouteValues["id"]!;

    private Task WriteAsync(HttpContext http, int status, AccessToken token, Secret? value = null, Secret? callbackSecret = null)
    {
        Revisions.Show(http, token.Revision, token.Fault is not null);
        var now = time.GetUtcNow();
        return JsonAnswer.WriteAsync(http, status, token, (writer, token) => AdministrationJson.Write(writer, token, now, value, callbackSecret));
    }

    private async Task SetEnabledAsync(HttpContext http, bool enabled) =>
        await WriteAsync(http, 200, await operators.Tokens(http).SetEnabledAsync(Id(http), enabled, Revisions.Expected(http), http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private async Task<AccessToken> FindAsync(HttpContext http) =>
        await operators.Tokens(http).FindAsync(Id(http), http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.NoSuchToken.ToException();

    private async Task ChangeAsync(HttpContext http, Func<AccessToken, TokenDraft> change)
    {
        var expected = Revisions.Expected(http);
        for (var tries = 1; ; tries++)
        {
            var present = await FindAsync(http).ConfigureAwait(false);
            try
            {
                var revision = expected ?? (present.Fault is null ? present.Revision : null);
                await WriteAsync(http, 200, await operators.Tokens(http).ReplaceAsync(present.Id, change(present), revision, http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
                return;
            }
            catch (TokenRefusedException error) when (error.Reason == TokenRefusal.Changed && expected is null && tries < Tries)
            {
                // Overtaken.
            }
        }
    }
}
