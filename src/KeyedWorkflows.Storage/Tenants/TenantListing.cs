namespace KeyedWorkflows.Storage;

/// <summary>A tenant, as its profiles, tokens and usage show it.</summary>
public sealed record TenantListing
{
    /// <summary>The tenant's name.</summary>
    public required string Tenant { get; init; }

    /// <summary>How many profiles it has.</summary>
    public required int Profiles { get; init; }

    /// <summary>Of those, the ones that runs may use.</summary>
    public required int EnabledProfiles { get; init; }

    /// <summary>How many tokens are pinned to it or may use its profiles as a tenant's.</summary>
    public required int Tokens { get; init; }

    /// <summary>When a model call that it paid for last ended. Null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The first day of the month that <see cref="Month"/> tells of: the present one, in UTC.</summary>
    public required DateOnly MonthFrom { get; init; }

    /// <summary>What it used in that month: a row for each currency.</summary>
    public IReadOnlyList<UsageRow> Month { get; init; } = [];
}
