using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// Holds the events of a run until its one reader takes them. It has no bound: a slow or absent reader must not hold the run up, and what is kept is no more than the run's own results and texts.
/// </summary>
internal sealed class RunEventQueue : IRunListener
{
    private readonly Channel<WorkflowEvent> events = Channel.CreateUnbounded<WorkflowEvent>(new() { SingleReader = true });
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int readers;

    /// <summary>Ends when the run has its credentials; never, where it is refused.</summary>
    public Task Started => started.Task;

    public bool HearsModelCalls => false;

    public void OnEvent(WorkflowEvent happened)
    {
        if (happened is RunStartedEvent)
            started.TrySetResult();
        events.Writer.TryWrite(happened);
        if (happened is RunEndedEvent)
            events.Writer.TryComplete();
    }

    /// <summary>All events, from the first to the last. Only once; what counts is the enumeration, not the asking for it.</summary>
    /// <exception cref="InvalidOperationException">Somebody reads them already.</exception>
    public async IAsyncEnumerable<WorkflowEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref readers) != 1)
            throw new InvalidOperationException("The events of this run are read already, and can be read once.");
        await foreach (var happened in events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return happened;
    }
}
