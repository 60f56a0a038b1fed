using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>The store of a host on another machine, through its administration API. What only the store itself can do is refused with a sentence.</summary>
internal sealed class RemoteStore(AdministrationApi api) : IOperatorStore
{
    public async Task<IReadOnlyList<ProfileListing>> ListProfilesAsync(string? tenant, CancellationToken cancellationToken) =>
        [.. (await AskAsync(() => api.ListAsync("/profiles" + (tenant is null ? "" : "?tenant=" + Escaped(tenant)), cancellationToken))).Select(RemoteAnswer.Read<ProfileListing>)];

    public async Task<ProfileListing?> FindProfileAsync(string nameOrId, CancellationToken cancellationToken)
    {
        if (ProfileNames.IsValid(nameOrId) && (await AskAsync(() => api.ListAsync("/profiles?name=" + Escaped(nameOrId), cancellationToken))) is [var named])
            return RemoteAnswer.Read<ProfileListing>(named);
        return await FindAsync("/profiles/" + Escaped(nameOrId), cancellationToken) is { } found ? RemoteAnswer.Read<ProfileListing>(found) : null;
    }

    public Task<ProfileListing> CreateProfileAsync(ProfileDraft draft, CancellationToken cancellationToken) => ChangeAsync<ProfileListing>(HttpMethod.Post, "/profiles", RemoteBody.Of(draft), null, cancellationToken);

    public Task<ProfileListing> ReplaceProfileAsync(string id, ProfileDraft draft, string expectedRevision, CancellationToken cancellationToken) =>
        ChangeAsync<ProfileListing>(HttpMethod.Put, "/profiles/" + Escaped(id), RemoteBody.Of(draft), expectedRevision, cancellationToken);

    public async Task<(ProfileListing? Profile, KeyTrial? Trial)> RotateKeyAsync(string id, Secret key, bool force, string? model, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await api.SendAsync(HttpMethod.Post, $"/profiles/{Escaped(id)}/rotate", RemoteBody.Of(key, force, model), null, cancellationToken);
            return (RemoteAnswer.Read<ProfileListing>(answer), answer.Member("trial") is { } trial ? RemoteAnswer.Trial(trial) : null);
        }
        catch (AdministrationRefusal refusal) when (refusal.Code == "key_refused")
        {
            return (null, new KeyTrial { ErrorCode = refusal.ErrorCode ?? WorkflowErrorCodes.ProviderFailed, Error = TrialOf(refusal.Message) });
        }
        catch (AdministrationRefusal refusal)
        {
            throw refusal.ToFault();
        }
    }

    /// <summary>What came of the trial: that the key was not taken, and what is to be done, the command says in its own words.</summary>
    private static string TrialOf(string message)
    {
        const string Kept = " keeps the one that it has. ";
        var begin = message.IndexOf(Kept, StringComparison.Ordinal) is >= 0 and var at ? at + Kept.Length : 0;
        var end = message.LastIndexOf(" With \"force\": true", StringComparison.Ordinal);
        return end > begin ? message[begin..end] : message[begin..];
    }

    public Task<ProfileListing> ReferToKeyAsync(string id, string reference, CancellationToken cancellationToken) =>
        ChangeAsync<ProfileListing>(HttpMethod.Patch, "/profiles/" + Escaped(id), RemoteBody.OfReference(reference), null, cancellationToken);

    public Task<ProfileListing> SetProfileEnabledAsync(string id, bool enabled, CancellationToken cancellationToken) =>
        ChangeAsync<ProfileListing>(HttpMethod.Post, $"/profiles/{Escaped(id)}/{(enabled ? "enable" : "disable")}", null, null, cancellationToken);

    public Task<bool> DeleteProfileAsync(string id, CancellationToken cancellationToken) => DeleteAsync("/profiles/" + Escaped(id), cancellationToken);

    public async Task<KeyTrial> TryProfileAsync(string id, string? model, CancellationToken cancellationToken) =>
        RemoteAnswer.Trial((await AskAsync(() => api.SendAsync(HttpMethod.Post, $"/profiles/{Escaped(id)}/test", RemoteBody.OfModel(model), null, cancellationToken))).Member("trial"));

    public async Task<string> ExportProfilesAsync(CancellationToken cancellationToken) =>
        RemoteAnswer.Export(await AskAsync(() => api.GetAsync("/export", cancellationToken))).ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\n" });

    public async Task<ProfileImportResult> ImportProfilesAsync(string json, CancellationToken cancellationToken) =>
        RemoteAnswer.Read<ProfileImportResult>(await AskAsync(() => api.SendAsync(HttpMethod.Post, "/import", Encoding.UTF8.GetBytes(json), null, cancellationToken)));

    public async Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken) => [.. (await AskAsync(() => api.ListAsync("/tokens", cancellationToken))).Select(RemoteAnswer.Token)];

    public async Task<CreatedToken> CreateTokenAsync(TokenDraft draft, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(() => api.SendAsync(HttpMethod.Post, "/tokens", RemoteBody.Of(draft), null, cancellationToken));
        return new CreatedToken(RemoteAnswer.Token(answer), RemoteAnswer.Made(answer, "value"), RemoteAnswer.Made(answer, "callback_secret"));
    }

    public async Task<AccessToken> ReplaceTokenAsync(string id, TokenDraft draft, string expectedRevision, CancellationToken cancellationToken) =>
        RemoteAnswer.Token(await AskAsync(() => api.SendAsync(HttpMethod.Put, "/tokens/" + Escaped(id), RemoteBody.Of(draft), expectedRevision, cancellationToken)));

    public async Task<AccessToken> SetTokenEnabledAsync(string id, bool enabled, CancellationToken cancellationToken) =>
        RemoteAnswer.Token(await AskAsync(() => api.SendAsync(HttpMethod.Post, $"/tokens/{Escaped(id)}/{(enabled ? "enable" : "disable")}", null, null, cancellationToken)));

    public async Task<RotatedToken> RotateTokenAsync(string id, TimeSpan? grace, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(() => api.SendAsync(HttpMethod.Post, $"/tokens/{Escaped(id)}/rotate", RemoteBody.OfGrace(grace), null, cancellationToken));
        return new RotatedToken(RemoteAnswer.Token(answer), RemoteAnswer.Made(answer, "value"));
    }

    public Task<bool> RevokeTokenAsync(string id, CancellationToken cancellationToken) => DeleteAsync("/tokens/" + Escaped(id), cancellationToken);

    public async Task<TenantRemoval?> RemoveTenantAsync(string tenant, bool purge, CancellationToken cancellationToken)
    {
        try
        {
            return RemoteAnswer.Read<TenantRemoval>(await api.SendAsync(HttpMethod.Delete, $"/tenants/{Escaped(tenant)}{(purge ? "?purge=true" : "")}", null, null, cancellationToken));
        }
        catch (AdministrationRefusal refusal)
        {
            return refusal.Status == 404 && refusal.Code is not null ? null : throw refusal.ToFault();
        }
    }

    public async Task<JsonNode> CheckTenantAsync(string tenant, string? workflow, CancellationToken cancellationToken) =>
        RemoteAnswer.Check(await AskAsync(() => api.GetAsync($"/tenants/{Escaped(tenant)}/check{(workflow is null ? "" : "?workflow=" + Escaped(workflow))}", cancellationToken)));

    public async Task<JsonNode> CreateClientsAsync(string json, CancellationToken cancellationToken) =>
        RemoteAnswer.MadeClients(await AskAsync(() => api.SendAsync(HttpMethod.Post, "/bulk", Encoding.UTF8.GetBytes(json), null, cancellationToken)));

    public async Task<IReadOnlyList<Administrator>> ListAdministratorsAsync(CancellationToken cancellationToken) => [.. (await AskAsync(() => api.ListAsync("/administrators", cancellationToken))).Select(RemoteAnswer.Administrator)];

    public Task<CreatedAdministrator> CreateAdministratorAsync(AdministratorDraft draft, CancellationToken cancellationToken) =>
        throw CommandFault.Refused("No administrator is made over HTTP, so that a token that was stolen makes no other: run this on the host's machine, without --host.");

    public Task<bool> RevokeAdministratorAsync(string id, CancellationToken cancellationToken) => DeleteAsync("/administrators/" + Escaped(id), cancellationToken);

    public async Task<UsageReport> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/usage?from={query.From:yyyy-MM-dd}&to={query.To:yyyy-MM-dd}&time_zone={Escaped(query.TimeZone)}&by={string.Join(',', query.By.Select(static by => by.ToString().ToLowerInvariant()))}")
            + Part("tenant", query.Tenant) + Part("profile_id", query.ProfileId) + Part("workflow", query.Workflow);
        var answer = await AskAsync(() => api.GetAsync(path, cancellationToken));
        return new UsageReport(query, [.. answer.List("rows").Select(RemoteAnswer.Usage)]);
    }

    public async Task<IReadOnlyList<UsedLimits>> ListLimitsAsync(string? tenant, string? zone, CancellationToken cancellationToken) => zone is null
        ? [.. (await AskAsync(() => api.ListAsync("/limits" + (tenant is null ? "" : "?tenant=" + Escaped(tenant)), cancellationToken))).Select(RemoteAnswer.Read<UsedLimits>)]
        : throw CommandFault.Usage("A host counts in its own time zone: leave --time-zone out.");

    public async Task<RunList> ListRunsAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var path = "/runs?" + (Part("tenant", query.Tenant) + Part("workflow", query.Workflow) + Part("status", query.Status) + Part("from", query.After?.ToString("O", CultureInfo.InvariantCulture)) + Part("to", query.Before?.ToString("O", CultureInfo.InvariantCulture)))
            .TrimStart('&');
        List<StoredRun> runs = [];
        ListPage? read = null;
        for (var page = 1; ; page++)
        {
            var (number, before) = (page, read);
            read = await AskAsync(() => api.PageAsync(path, number, query.Limit, before, cancellationToken));
            runs.AddRange(read.Items.Select(RemoteRuns.Run));
            if (runs.Count >= query.Limit || !read.HasMore)
                return new RunList([.. runs.Take(query.Limit)], read.Total ?? throw new OddAnswerException());
        }
    }

    public async Task<RunDetail?> FindRunAsync(string id, CancellationToken cancellationToken) => await FindAsync("/runs/" + Escaped(id), cancellationToken) is { } run ? RemoteRuns.Detail(run) : null;

    public async Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(AuditQuery query, int most, CancellationToken cancellationToken) => [.. (await ReadAllAsync(query, cancellationToken)).TakeLast(most)];

    public async Task<AuditReport> ReportAuditAsync(AuditQuery query, CancellationToken cancellationToken) => new(query, await ReadAllAsync(query, cancellationToken));

    public async Task<AuditVerification> VerifyAuditAsync(AuditHead? expected, long after, CancellationToken cancellationToken) =>
        RemoteAnswer.Verification(await AskAsync(() => api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/audit/verify?after={after}") + Part("head", expected?.ToString()), cancellationToken)));

    public ValueTask DisposeAsync()
    {
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Escaped(string text) => Uri.EscapeDataString(text);

    private static string Part(string name, string? value) => value is null ? "" : $"&{name}={Escaped(value)}";

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (AdministrationRefusal refusal)
        {
            throw refusal.ToFault();
        }
    }

    private async Task<List<AuditEntry>> ReadAllAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        List<AuditEntry> all = [];
        while (true)
        {
            var after = all.Count == 0 ? 0 : all[^1].Number;
            var path = string.Create(CultureInfo.InvariantCulture, $"/audit?limit={AuditLog.PageSize}&after={after}")
                + Part("tenant", query.Tenant) + Part("from", query.From?.ToString("O", CultureInfo.InvariantCulture)) + Part("to", query.To?.ToString("O", CultureInfo.InvariantCulture)) + Part("actor", query.Actor);
            var read = (await AskAsync(() => api.GetAsync(path, cancellationToken))).List("entries").Select(RemoteAnswer.Entry).ToList();

            // What does not go on has no end.
            if (read.Count > 0 && read[^1].Number <= after)
                throw new OddAnswerException();
            all.AddRange(read);
            if (read.Count < AuditLog.PageSize)
                return all;
        }
    }

    private async Task<T> ChangeAsync<T>(HttpMethod method, string path, byte[]? body, string? revision, CancellationToken cancellationToken) =>
        RemoteAnswer.Read<T>(await AskAsync(() => api.SendAsync(method, path, body, revision, cancellationToken)));

    private async Task<JsonNode?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync(path, cancellationToken);
        }
        catch (AdministrationRefusal refusal)
        {
            return refusal.Status == 404 && refusal.Code is not null ? null : throw refusal.ToFault();
        }
    }

    private async Task<bool> DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await api.DeleteAsync(path, cancellationToken);
            return true;
        }
        catch (AdministrationRefusal refusal)
        {
            return refusal.Status == 404 && refusal.Code is not null ? false : throw refusal.ToFault();
        }
    }
}
