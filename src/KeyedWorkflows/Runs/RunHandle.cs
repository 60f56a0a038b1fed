namespace KeyedWorkflows;

/// <summary>A run that was started and goes on by itself. Safe for use from several threads.</summary>
/// <typeparam name="TOutput">The workflow's output.</typeparam>
public abstract class RunHandle<TOutput>
{
    /// <summary>Makes a handle; transports do.</summary>
    protected RunHandle()
    {
    }

    /// <summary>The run's id.</summary>
    public abstract string RunId { get; }

    /// <summary>What each slot was bound to, and why.</summary>
    public abstract RunBinding Binding { get; }

    /// <summary>How the run stands.</summary>
    public abstract RunStatus Status { get; }

    /// <summary>What its model calls have used so far.</summary>
    public abstract RunUsage Usage { get; }

    /// <summary>The output, when the run has ended. It fails as <c>RunAsync</c> does; one that was stopped fails with <see cref="WorkflowErrorCodes.Stopped"/>. Nobody has to await it.</summary>
    public abstract Task<TOutput> Output { get; }

    /// <summary>
    /// The run's events from its start, with the <see cref="RunEndedEvent"/> last. They are kept until they are read, and can be read once. A failed run ends them with <see cref="RunFailedEvent"/>, and
    /// does not throw: its error is in that event, and in <see cref="Output"/>. Whoever reads the last event finds <see cref="Status"/> and <see cref="Output"/> at their end too. Leaving the enumeration does not stop the run.
    /// </summary>
    public abstract IAsyncEnumerable<WorkflowEvent> Events { get; }

    /// <summary>Asks the run to stop. Returns at once; what is already ended stays as it is.</summary>
    public abstract void Cancel();

    /// <summary>Asks the run to stop, and waits until it has ended. Its failure is not thrown here.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    /// <returns>Ends with the run.</returns>
    public abstract Task CancelAsync(CancellationToken cancellationToken = default);
}
