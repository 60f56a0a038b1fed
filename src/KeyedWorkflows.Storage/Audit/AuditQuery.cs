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

    /// <summary>The number of the last entry of the page before: what comes after it, in the order that is asked for. 0 begins.</summary>
    public long After { get; init; }

    /// <summary>Whether the newest come first. Unless set, the oldest do.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>How many at most, 1 to 1,000. 100 unless set.</summary>
    public int Limit { get; init; } = 100;
}
