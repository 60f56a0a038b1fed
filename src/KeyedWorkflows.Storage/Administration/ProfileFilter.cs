namespace KeyedWorkflows.Storage;

/// <summary>Which profiles are listed.</summary>
internal sealed record ProfileFilter
{
    public string? Tenant { get; init; }

    public string? Provider { get; init; }

    public string? Name { get; init; }

    public bool? Enabled { get; init; }

    public int Page { get; init; } = 1;

    public int Limit { get; init; } = 50;
}
