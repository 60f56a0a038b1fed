namespace KeyedWorkflows;

/// <summary>Who was not to pay, for the host's own records: whoever is refused is not told, and may not know that there is such a profile.</summary>
/// <param name="ProfileId">The profile's id; null where a tenant's profiles were meant.</param>
/// <param name="ProfileName">Its name.</param>
/// <param name="Tenant">Whose it is.</param>
internal sealed record RefusedPayer(string? ProfileId, string? ProfileName, string? Tenant)
{
    public static RefusedPayer? Of(StoredProfile? profile) => profile is null ? null : new(profile.Id, profile.Name, profile.Tenant);
}
