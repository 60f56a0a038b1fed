namespace KeyedWorkflows.Cli.Stores;

/// <summary>Which runs an operator asks for, newest first. Null: any.</summary>
internal sealed record RunQuery
{
    public string? Tenant { get; init; }

    public string? Workflow { get; init; }

    public string? Status { get; init; }

    public DateTimeOffset? After { get; init; }

    public DateTimeOffset? Before { get; init; }

    public int Limit { get; init; } = 20;
}
