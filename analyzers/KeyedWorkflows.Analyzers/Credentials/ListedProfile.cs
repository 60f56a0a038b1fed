namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>A profile that the project's configuration lists. Its files may say different things of it, one for each environment.</summary>
internal sealed class ListedProfile(string name)
{
    /// <summary>What a profile of the scripted provider is of: it fits every slot.</summary>
    private const string Scripted = "scripted";

    private readonly List<string> providers = [];
    private readonly List<string> tenants = [];
    private bool isUncertain;

    /// <summary>Its name, by the grammar of profiles' names.</summary>
    public string Name { get; } = name;

    /// <summary>The first provider that a file names; null where none does.</summary>
    public string? Provider => providers.Count > 0 ? providers[0] : null;

    /// <summary>A file says of which provider it is. What is no provider's name is put in by something else, such as a deployment.</summary>
    public void AddProvider(string provider)
    {
        if (!ProfileText.IsName(provider))
            isUncertain = true;
        else if (!providers.Contains(provider))
            providers.Add(provider);
    }

    /// <summary>A file says whose it is.</summary>
    public void AddTenant(string tenant)
    {
        if (!tenants.Contains(tenant))
            tenants.Add(tenant);
    }

    /// <summary>Whether no file makes it one that the slots take.</summary>
    public bool IsMisfit(IReadOnlyList<string> taken) => !isUncertain && Provider is not null && taken.Count > 0 && !TakesAny(taken);

    /// <summary>Whether it is known to be one that the slots take, so that it can be offered.</summary>
    public bool Fits(IReadOnlyList<string> taken) => !isUncertain && Provider is not null && (taken.Count == 0 || TakesAny(taken));

    /// <summary>Whether both are of the same tenant, or both of none: a profile of another one bills somebody else.</summary>
    public bool IsOfTenantOf(ListedProfile other)
    {
        if (tenants.Count != other.tenants.Count)
            return false;
        foreach (var tenant in tenants)
        {
            if (!other.tenants.Contains(tenant))
                return false;
        }
        return true;
    }

    private bool TakesAny(IReadOnlyList<string> taken)
    {
        foreach (var provider in providers)
        {
            if (provider == Scripted)
                return true;
            foreach (var one in taken)
            {
                // As the runtime compares.
                if (string.Equals(one, provider, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }
        return false;
    }
}
