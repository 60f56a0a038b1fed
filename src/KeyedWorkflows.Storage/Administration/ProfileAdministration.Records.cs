using System.Collections.Frozen;

namespace KeyedWorkflows.Storage;

/// <content>What is stored of a draft, what is shown of what is stored, and why a draft is refused.</content>
public sealed partial class ProfileAdministration
{
    internal static ProfileRefusedException SetBack() => new(
        ProfileRefusal.StoreSetBack,
        "The database of profiles is in an earlier state than this host has seen it in, and is not written to. Put the right one in place, or start the host again to go on with this one: what was revoked may be back in it.");

    private static ProfileRefusedException NameTaken(string name) => new(ProfileRefusal.NameTaken, $"There is a profile '{name}' already. Change that one, or choose another name.");

    private static ProfileRefusedException NameTakenElsewhere(string name) =>
        new(ProfileRefusal.NameTaken, $"There is a profile '{name}' in another store of the host, such as its configuration. Remove it there, or choose another name.");

    private static ProfileRefusedException Changed(string name) =>
        new(ProfileRefusal.Changed, $"{(ProfileNames.IsValid(name) ? $"Profile '{name}'" : "The profile")} was changed since it was read. Read it again.");

    private static void Update(ProfileRow row, ProfileRow changed)
    {
        row.Tenant = changed.Tenant;
        row.Provider = changed.Provider;
        row.Endpoint = changed.Endpoint;
        row.Enabled = changed.Enabled;
        row.Revision = changed.Revision;
        row.Payload = changed.Payload;
    }

    private StoredProfile Made(ProfileDraft draft, string id, Secret? key, string? reference, IReadOnlyDictionary<string, Secret>? headers)
    {
        foreach (var header in draft.Headers?.Values ?? [])
            Given(header);
        var made = new StoredProfile
        {
            Id = id,
            Name = draft.Name,
            Tenant = draft.Tenant,
            Provider = draft.Provider,
            ApiKey = draft.ApiKey is null ? key : Given(draft.ApiKey),
            KeyReference = reference is null || reference != draft.KeyReference ? reference : Checked(reference),
            Endpoint = draft.Endpoint,
            Organization = draft.Organization,
            Project = draft.Project,
            Headers = headers is null ? FrozenDictionary<string, Secret>.Empty : Once(headers, "Headers"),
            Model = draft.Model,
            EmbeddingModel = draft.EmbeddingModel,
            Models = Once(draft.Models, "Models"),
            Labels = draft.Labels.ToFrozenDictionary(StringComparer.Ordinal),
            Limits = draft.Limits,
            BudgetMark = BudgetMark.Next(null, null, draft.Limits, storage.Time.GetUtcNow()),
            ConcurrentRuns = draft.ConcurrentRuns,
            Enabled = draft.Enabled,
            Revision = ProfileRevision.New(),
        };
        return Unshown(made);
    }

    /// <summary>What is shown of a profile holds no key, neither one of a known form nor its own.</summary>
    private static StoredProfile Unshown(StoredProfile made) => Unshown(made, ProfileRules.FirstShownKey(made));

    /// <summary>The same of a new key alone: one that was given away must be exchanged, whatever else is shown.</summary>
    private static StoredProfile UnshownKey(StoredProfile made) => Unshown(made, ProfileRules.ShownOwnKey(made));

    private static StoredProfile Unshown(StoredProfile made, string? found) =>
        found is { } fault ? throw new ProfileRefusedException(ProfileRefusal.Malformed, $"The profile cannot be stored: {fault}") : made;

    /// <summary>Names that differ in case alone are one: which of them counts is nobody's guess.</summary>
    private static FrozenDictionary<string, T> Once<T>(IReadOnlyDictionary<string, T> entries, string field)
    {
        var once = entries.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        return once.Count == entries.Count ? once : throw new ProfileRefusedException(ProfileRefusal.Malformed, $"The profile cannot be stored: two of its {field} differ in upper and lower case alone. Give one of them.");
    }

    /// <summary>A reference that is given now. One that was stored before stays as it is: whether it may be used is asked when it is.</summary>
    private string Checked(string reference) => storage.References.FirstFault(reference, isOfApi: !actor.IsLocal) is { } fault
        ? throw new ProfileRefusedException(ProfileRefusal.ReferenceRefused, $"The reference to a key cannot be stored: {fault}")
        : reference;

    /// <summary>A key that is given now. One that was stored before stays as it is.</summary>
    private static Secret Given(Secret key) => OwnTokens.Fault(key) is { } fault ? throw new ProfileRefusedException(ProfileRefusal.Malformed, fault) : key;

    private static StoredProfile CheckedNew(StoredProfile profile) =>
        NewNames.IsTaken(profile.Name) ? throw new ProfileRefusedException(ProfileRefusal.Malformed, $"The profile cannot be stored: {NewNames.Fault}") : Checked(profile);

    private static StoredProfile Checked(StoredProfile profile)
    {
        if (profile is { ApiKey: not null, KeyReference: not null })
            throw new ProfileRefusedException(ProfileRefusal.Malformed, "The profile cannot be stored: it has a key and a reference to one. Give either.");
        if (ProfileRules.FirstFault(profile) is { } fault)
            throw new ProfileRefusedException(ProfileRefusal.Malformed, $"The profile cannot be stored: {fault}");
        if (profile.Endpoint?.OriginalString.Length > StorageContext.EndpointLength)
            throw new ProfileRefusedException(ProfileRefusal.Malformed, "The profile cannot be stored: its Endpoint is too long.");
        return profile;
    }

    private ProfileListing Shown(StoredProfile profile) => new()
    {
        Id = profile.Id,
        Name = profile.Name,
        Tenant = profile.Tenant,
        Provider = profile.Provider,
        Endpoint = profile.Endpoint,
        Organization = profile.Organization,
        Project = profile.Project,
        HeaderNames = [.. profile.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase)],
        Model = profile.Model,
        EmbeddingModel = profile.EmbeddingModel,
        Models = profile.Models,
        Labels = profile.Labels,
        Limits = profile.Limits,
        ConcurrentRuns = profile.ConcurrentRuns,
        Enabled = profile.Enabled,
        Revision = profile.Revision,
        KeyReference = profile.KeyReference,
        KeyFingerprint = profile.ApiKey is { } key ? storage.Fingerprints.Of(profile.Id, key) : null,
        FaultCode = profile.Fault?.Code,
        Fault = profile.Fault?.Message,
    };
}
