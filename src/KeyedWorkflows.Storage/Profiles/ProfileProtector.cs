namespace KeyedWorkflows.Storage;

/// <summary>Turns profiles into rows and back. Each payload is bound to its row: by a purpose that holds the id, and by the columns, which must say the same.</summary>
internal sealed class ProfileProtector(KeyRing ring)
{
    private const string Purpose = "KeyedWorkflows.Profile.v1";

    public ProfileRow Protect(StoredProfile profile) => new()
    {
        Id = profile.Id,
        Name = profile.Name,
        Tenant = profile.Tenant,
        Provider = profile.Provider,
        Endpoint = profile.Endpoint?.OriginalString,
        Enabled = profile.Enabled,
        Revision = profile.Revision,
        Payload = ring.Protect(ProfilePayload.Write(profile), Purpose, profile.Id),
    };

    /// <summary>Opens a row. One that cannot be used comes out without a key and with a <see cref="StoredProfile.Fault"/>, so that it can be refused after the caller's grant was checked.</summary>
    public StoredProfile Unprotect(FoundProfile found)
    {
        var row = found.Row;
        if (found.IsFormer)
            return PutBack(row);
        return ring.Unprotect(row.Payload, out var text, Purpose, row.Id) switch
        {
            KeyRingFault.Tampered => Tampered(row),
            KeyRingFault.Lost => Lost(row),
            _ => ProfilePayload.Read(text) is { } profile && Agree(row, profile) ? profile : Tampered(row),
        };
    }

    /// <summary>The columns found the row: if one of them were free to differ, another profile would answer to its name, tenant or state.</summary>
    private static bool Agree(ProfileRow row, StoredProfile profile) =>
        row.Id == profile.Id && row.Name == profile.Name && row.Tenant == profile.Tenant && row.Provider == profile.Provider && row.Endpoint == profile.Endpoint?.OriginalString
        && row.Enabled == profile.Enabled && row.Revision == profile.Revision;

    private static StoredProfile Tampered(ProfileRow row) => Faulty(
        row, WorkflowErrorCodes.ProfileTampered,
        "was altered in the database past the store, and is not used. Delete it and create it again with its key, or restore the database from a backup; and find out who can write to it.");

    private static StoredProfile PutBack(ProfileRow row) => Faulty(
        row, WorkflowErrorCodes.ProfileTampered,
        "was deleted, and its row was put back in the database past the store. It is not used. Delete it again, and find out who can write to the database.");

    private static StoredProfile Lost(ProfileRow row) => Faulty(
        row, WorkflowErrorCodes.ProfileUnreadable,
        "cannot be read: the key that protects it is not in the host's key ring, or cannot be unwrapped. Restore the ring's directory and what wraps it from their backup, or delete the profile and create it again with its key.");

    private static StoredProfile Faulty(ProfileRow row, string code, string what)
    {
        // The columns are not to be trusted: what is not a name is not repeated.
        var name = ProfileNames.IsValid(row.Name) ? row.Name : "malformed";
        return new StoredProfile
        {
            Id = ProfileNames.IsValidId(row.Id) ? row.Id : "malformed",
            Name = name,
            Tenant = ProfileNames.IsValid(row.Tenant) ? row.Tenant : null,
            Provider = ProfileNames.IsValid(row.Provider) ? row.Provider : "malformed",
            Enabled = row.Enabled,
            Revision = "faulty",
            Fault = new ProfileFault(code, $"Profile '{name}' {what}"),
        };
    }
}
