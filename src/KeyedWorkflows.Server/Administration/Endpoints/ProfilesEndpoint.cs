using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/profiles</c>: what an operator does with profiles.</summary>
internal sealed class ProfilesEndpoint(Operators operators, KeyTrials trials, WorkflowServerOptions options)
{
    /// <summary>How often a change is made anew that was overtaken, where its sender named no revision.</summary>
    private const int Tries = 5;

    public async Task ListAsync(HttpContext http)
    {
        var (page, limit) = PageAnswer.Asked(http);
        var filter = new ProfileFilter
        {
            Tenant = QueryText.Optional(http, "tenant"),
            Provider = QueryText.Optional(http, "provider"),
            Name = QueryText.Optional(http, "name"),
            Enabled = QueryText.Optional(http, "enabled") is null ? null : QueryText.Flag(http, "enabled", false),
            Page = page,
            Limit = limit,
        };
        var (profiles, total) = await operators.Profiles(http).PageAsync(filter, http.RequestAborted).ConfigureAwait(false);
        await PageAnswer.WriteAsync(http, page, limit, total, profiles, AdministrationJson.Write).ConfigureAwait(false);
    }

    public async Task CreateAsync(HttpContext http)
    {
        var draft = (await JsonBody.ReadAsync(http, options.MaxBodyBytes, ProfileFields.Read).ConfigureAwait(false)).ToDraft();
        var made = await operators.Profiles(http).CreateAsync(draft, http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers.Location = $"{http.Request.PathBase}{ApiPrefix.Of(http)}/profiles/{made.Id}";
        await WriteAsync(http, 201, made).ConfigureAwait(false);
    }

    public async Task ShowAsync(HttpContext http) => await WriteAsync(http, 200, await FindAsync(http).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task ReplaceAsync(HttpContext http)
    {
        var fields = await JsonBody.ReadAsync(http, options.MaxBodyBytes, ProfileFields.Read).ConfigureAwait(false);
        await ChangeAsync(http, fields.Replacing).ConfigureAwait(false);
    }

    public async Task UpdateAsync(HttpContext http)
    {
        var fields = await JsonBody.ReadAsync(http, options.MaxBodyBytes, ProfileFields.Read).ConfigureAwait(false);
        await ChangeAsync(http, fields.Over).ConfigureAwait(false);
    }

    /// <summary>The new key is tried at the endpoint that the profile has, and swapped in only while it has that: the revision that was tried is the one that is replaced.</summary>
    public async Task RotateAsync(HttpContext http)
    {
        var fields = await JsonBody.ReadAsync(http, options.MaxBodyBytes, RotationFields.ReadRotation).ConfigureAwait(false);
        var expected = Revisions.Expected(http);
        KeyTrial? trial = null;
        if (!fields.Force)
        {
            var profile = await OpenAsync(http).ConfigureAwait(false);
            if (profile.Fault is { } fault)
                throw new ApiError(409, "unreadable", fault.Message) { ErrorCode = fault.Code }.ToException();
            if (expected is not null && expected != profile.Revision)
                throw new ApiError(412, "precondition_failed", $"Profile '{profile.Name}' was changed since it was read. Read it again.").ToException();
            expected = profile.Revision;
            trial = await trials.TryAsync(profile with { ApiKey = fields.Key }, fields.Model, http.RequestAborted).ConfigureAwait(false);
            if (!trial.IsOk)
            {
                operators.Profiles(http).CountRefused(profile, AuditActions.ProfileRotate, AuditActions.KeyRefused);
                throw new ApiError(422, AuditActions.KeyRefused, $"The new key was not taken, and profile '{profile.Name}' keeps the one that it has. {trial.Error} With \"force\": true it is swapped without being tried.")
                {
                    ErrorCode = trial.ErrorCode,
                    ProviderStatus = trial.ProviderStatus,
                }.ToException();
            }
        }
        var rotated = await operators.Profiles(http).RotateKeyAsync(Id(http), fields.Key!, expected, http.RequestAborted).ConfigureAwait(false);
        Revisions.Show(http, rotated.Revision, isFaulty: false);
        await JsonAnswer.WriteAsync(http, 200, (rotated, trial), static (writer, answer) =>
        {
            writer.WriteStartObject();
            AdministrationJson.WriteFields(writer, answer.rotated);
            writer.WritePropertyName("trial"u8);
            Write(writer, answer.trial);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    public Task EnableAsync(HttpContext http) => SetEnabledAsync(http, true);

    public Task DisableAsync(HttpContext http) => SetEnabledAsync(http, false);

    public async Task DeleteAsync(HttpContext http)
    {
        if (!await operators.Profiles(http).DeleteAsync(Id(http), Revisions.Expected(http), http.RequestAborted).ConfigureAwait(false))
            throw AdministrationErrors.NoSuchProfile.ToException();
        http.Response.StatusCode = 204;
    }

    public async Task TestAsync(HttpContext http)
    {
        var fields = await JsonBody.ReadOptionalAsync(http, options.MaxBodyBytes, RotationFields.None, RotationFields.ReadTrial).ConfigureAwait(false);
        var profile = await operators.Profiles(http).OpenForTrialAsync(Id(http), http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.NoSuchProfile.ToException();
        var trial = await trials.TryAsync(profile, fields.Model, http.RequestAborted).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(http, 200, (profile.Id, trial), static (writer, answer) =>
        {
            writer.WriteStartObject();
            writer.WriteString("profile_id"u8, answer.Id);
            writer.WritePropertyName("trial"u8);
            Write(writer, answer.trial);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static string Id(HttpContext http) => (string)http.Request.RouteValues["id"]!;

    private static Task WriteAsync(HttpContext http, int status, ProfileListing profile)
    {
        Revisions.Show(http, profile.Revision, profile.Fault is not null);
        return JsonAnswer.WriteAsync(http, status, profile, AdministrationJson.Write);
    }

    private static void Write(Utf8JsonWriter writer, KeyTrial? trial)
    {
        if (trial is null)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        writer.WriteBoolean("ok"u8, trial.IsOk);
        RunSummary.WriteText(writer, "model"u8, trial.Model);
        RunSummary.WriteText(writer, "error_code"u8, trial.ErrorCode);
        RunSummary.WriteText(writer, "error"u8, trial.Error);
        AdministrationJson.WriteNumber(writer, "provider_status", trial.ProviderStatus);
        RunSummary.WriteText(writer, "provider_request_id"u8, trial.ProviderRequestId);
        writer.WriteNumber("elapsed_ms"u8, (long)trial.Elapsed.TotalMilliseconds);
        writer.WriteEndObject();
    }

    private async Task SetEnabledAsync(HttpContext http, bool enabled) =>
        await WriteAsync(http, 200, await operators.Profiles(http).SetEnabledAsync(Id(http), enabled, Revisions.Expected(http), http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private async Task<ProfileListing> FindAsync(HttpContext http) =>
        await operators.Profiles(http).FindByIdAsync(Id(http), http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.NoSuchProfile.ToException();

    private async Task<StoredProfile> OpenAsync(HttpContext http) =>
        await operators.Profiles(http).OpenAsync(Id(http), http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.NoSuchProfile.ToException();

    /// <summary>What stays is read first, and holds for the revision that it was read at: where somebody was faster it is read again, unless the sender named the revision.</summary>
    private async Task ChangeAsync(HttpContext http, Func<ProfileListing, ProfileDraft> change)
    {
        var expected = Revisions.Expected(http);
        for (var tries = 1; ; tries++)
        {
            var present = await FindAsync(http).ConfigureAwait(false);
            try
            {
                var revision = expected ?? (present.Fault is null ? present.Revision : null);
                await WriteAsync(http, 200, await operators.Profiles(http).ReplaceAsync(present.Id, change(present), revision, http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
                return;
            }
            catch (ProfileRefusedException error) when (error.Reason == ProfileRefusal.Changed && expected is null && tries < Tries)
            {
                // Overtaken.
            }
        }
    }
}
