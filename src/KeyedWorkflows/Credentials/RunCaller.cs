namespace KeyedWorkflows;

/// <summary>Who runs a workflow.</summary>
internal sealed record RunCaller
{
    /// <summary>The host itself, in process: it holds all grants.</summary>
    public static RunCaller Host { get; } = new() { Name = "host" };

    /// <summary>Whether it is the host itself. By reference: a caller that merely calls itself "host" is not the host.</summary>
    internal bool IsHost => ReferenceEquals(this, Host);

    /// <summary>The caller's name for records: a token's id, never a token.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant that the caller's token is pinned to: its profiles pay, whatever else is chosen.</summary>
    public string? PinnedTenant { get; init; }

    /// <summary>What it may pay with. Null: nothing, unless it is the host.</summary>
    public CredentialGrant? Grant { get; init; }

    /// <summary>What the model calls of its runs may use, whoever pays. Null: whatever the payers may.</summary>
    public UsageLimits? Limits { get; init; }

    /// <summary>See <see cref="KeyedWorkflows.BudgetMark"/>.</summary>
    public string? BudgetMark { get; init; }

    /// <summary>Finds the caller as it is now: what was taken from it since holds from its run's next model call on. Gives null where it may do nothing any more. Null: it never changes.</summary>
    public Func<CancellationToken, ValueTask<RunCaller?>>? Present { get; init; }
}
