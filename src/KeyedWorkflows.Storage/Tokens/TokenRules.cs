namespace KeyedWorkflows.Storage;

/// <summary>What a token may be given. No message repeats what was given: somebody may have put a key there.</summary>
internal static class TokenRules
{
    /// <summary>How many entries a list of grants may have: all of a token is read at once.</summary>
    private const int MostGrants = 10_000;

    /// <returns>What is wrong with a draft; null where nothing is.</returns>
    public static string? FirstFault(TokenDraft draft)
    {
        if (!ProfileNames.IsValid(draft.Name))
            return "its Name is not of the form [a-z0-9][a-z0-9_.-]{0,63}, or looks like a key.";
        if (Fault(draft.Workflows, ProfileNames.IsValid, nameof(draft.Workflows), "the name of a workflow") is { } workflows)
            return workflows;
        if (Fault(draft.Tenants, ProfileNames.IsValid, nameof(draft.Tenants), "a tenant") is { } tenants)
            return tenants;
        if (Fault(draft.ProfileIds, ProfileNames.IsValidId, nameof(draft.ProfileIds), "the id of a profile") is { } ids)
            return ids;
        if (draft.PinnedTenant is not null && !ProfileNames.IsValid(draft.PinnedTenant))
            return "its PinnedTenant is no tenant.";
        if (draft.PinnedTenant is { } pinned && draft.Tenants.Any(tenant => tenant != pinned))
            return "it is pinned to one tenant and names others in Tenants. Leave them out, or do not pin it.";
        if (draft.RequestsPerMinute is <= 0)
            return "RequestsPerMinute is not above 0. Leave it out for no limit of its own.";
        if (draft.ConcurrentRuns is <= 0)
            return "ConcurrentRuns is not above 0. Leave it out for no limit of its own.";
        if (draft.Limits?.FirstFault is { } limits)
            return $"its Limits: {limits}";
        return null;
    }

    private static string? Fault(IReadOnlyList<string>? list, Func<string?, bool> isValid, string name, string what)
    {
        if (list is null)
            return $"its {name} is null.";
        if (list.Count > MostGrants)
            return $"its {name} has more than {MostGrants} entries.";
        for (var i = 0; i < list.Count; i++)
        {
            if (!isValid(list[i]))
                return $"entry {i + 1} of its {name} is not {what}.";
        }
        return null;
    }
}
