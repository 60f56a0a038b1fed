namespace KeyedWorkflows.Testing;

/// <summary>How one run of an isolation proof reached into another.</summary>
public enum IsolationLeakKind
{
    /// <summary>A request of one run carried the key of another's payer: the wrong client paid.</summary>
    ForeignKey,

    /// <summary>A request carried a key that no profile and no run has: the workflow brought one of its own, or an empty one.</summary>
    UnknownKey,

    /// <summary>A request carried a key that had been replaced before its run started.</summary>
    ReplacedKey,

    /// <summary>A request held the input or an answer of a run of another payer.</summary>
    ForeignText,

    /// <summary>A run's output held the input or an answer of a run of another payer.</summary>
    ForeignOutput,

    /// <summary>A model client was used after its step had ended, or outside of its run: from another run, a thread or timer that outlives runs, or with the flow of execution suppressed. The call was refused, so nobody paid for it.</summary>
    KeptClient,

    /// <summary>A request came from no run that could be told: a provider or layer made it on a flow of execution of its own.</summary>
    Unattributed,
}
