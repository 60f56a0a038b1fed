namespace KeyedWorkflows;

/// <summary>The profiles of configuration at one time. Never changed once it is read.</summary>
internal sealed class ProfileSnapshot
{
    public static ProfileSnapshot Empty { get; } = new([], null);

    public ProfileSnapshot(IReadOnlyCollection<StoredProfile> profiles, Credential? @default)
    {
        ByName = profiles.ToDictionary(profile => profile.Name, StringComparer.Ordinal);
        ById = profiles.ToDictionary(profile => profile.Id, StringComparer.Ordinal);
        ByTenant = profiles.Where(profile => profile.Tenant is not null).GroupBy(profile => profile.Tenant!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        Default = @default;
    }

    public Dictionary<string, StoredProfile> ByName { get; }

    public Dictionary<string, StoredProfile> ById { get; }

    public Dictionary<string, StoredProfile[]> ByTenant { get; }

    /// <summary>The host's default; null where none is set.</summary>
    public Credential? Default { get; }

    /// <summary>Whether a later reading, which takes over what did not change, changed nothing.</summary>
    public bool IsSame(ProfileSnapshot earlier)
    {
        if (ByName.Count != earlier.ByName.Count || Default != earlier.Default)
            return false;
        foreach (var (name, profile) in ByName)
        {
            if (!earlier.ByName.TryGetValue(name, out var same) || !ReferenceEquals(profile, same))
                return false;
        }
        return true;
    }
}
