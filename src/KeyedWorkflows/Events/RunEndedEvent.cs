namespace KeyedWorkflows;

/// <summary>The run ended. The last event of every run.</summary>
public abstract record RunEndedEvent : WorkflowEvent
{
    private protected RunEndedEvent()
    {
    }

    /// <summary>The output, where there is one, for those who do not know its type.</summary>
    internal virtual object? Result => null;

    /// <summary>How it ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>What its model calls used.</summary>
    public required RunUsage Usage { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }
}
