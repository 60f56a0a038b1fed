namespace KeyedWorkflows.Storage;

/// <summary>Which usage is asked for, and by what it is told.</summary>
public sealed record UsageQuery
{
    /// <summary>The first day, in <see cref="TimeZone"/>.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The last day, which counts.</summary>
    public required DateOnly To { get; init; }

    /// <summary>The zone whose days are meant, by its IANA name, such as <c>Europe/Berlin</c>. UTC unless set. A day in which clocks change has 23 or 25 hours.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Only this tenant's. Null: any.</summary>
    public string? Tenant { get; init; }

    /// <summary>Only that of the profile of this id. Null: any.</summary>
    public string? ProfileId { get; init; }

    /// <summary>Only this workflow's. Null: any.</summary>
    public string? Workflow { get; init; }

    /// <summary>By what it is told: a row for each combination that there is. Tenant, profile, workflow, model and day unless set. Currencies are always told apart.</summary>
    public IReadOnlyList<UsageDimension> By { get; init; } = [UsageDimension.Tenant, UsageDimension.Profile, UsageDimension.Workflow, UsageDimension.Model, UsageDimension.Day];
}
