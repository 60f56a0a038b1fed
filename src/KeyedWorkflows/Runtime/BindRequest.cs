namespace KeyedWorkflows.Runtime;

/// <summary>
/// Everything that one run brings to the choice of its credentials. A struct that is passed by reference, so that a run under a named profile allocates nothing for it;
/// an implementation that has to wait copies it.
/// </summary>
internal readonly struct BindRequest
{
    /// <summary>Rule 1: given in the call.</summary>
    public RunCredentials Credentials { get; init; }

    /// <summary>Rules 2 and 3: selected by the input.</summary>
    public InputSelections Selections { get; init; }

    /// <summary>Rule 4: asks the workflow's chooser of a slot (only for slots with <see cref="SlotDefinition.HasChooser"/>, at most once each). Null where no slot has one. What it throws is already a <see cref="WorkflowRunException"/> or a cancellation.</summary>
    public Func<int, CancellationToken, ValueTask<Credential>>? Chooser { get; init; }

    /// <summary><see cref="RunOptions.Tenant"/>: a profile of another tenant is refused.</summary>
    public string? Tenant { get; init; }

    /// <summary>Who runs the workflow.</summary>
    public RunCaller? Caller { get; init; }
}
