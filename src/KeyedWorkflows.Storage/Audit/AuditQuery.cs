namespace KeyedWorkflows.Storage;

/// <summary>Which entries of the audit are asked for. Null asks for any.</summary>
public sealed record AuditQuery
{
    /// <summary>Those that concern this tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Those from this time on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Those before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Those by whom this is the id or the name.</summary>
    public string? Actor { get; init; }

    /// <summary>Those about the profile or token of this id.</summary>
    public string? SubjectId { get; init; }

    /// <summary>Those after the entry of this number: the last of the page before.</summary>
    public long After { get; init; }

    /// <summary>How many at most, 1 to 1,000. 100 unless set.</summary>
    public int Limit { get; init; } = 100;
}
