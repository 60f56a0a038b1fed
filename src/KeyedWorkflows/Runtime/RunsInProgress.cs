using System.Runtime.CompilerServices;

namespace KeyedWorkflows.Runtime;

/// <summary>Begins runs beside their callers, as a stream of events or as a handle. The first argument begins the run: it is given who hears its events, and the caller's token.</summary>
internal static class RunsInProgress
{
    public static async IAsyncEnumerable<WorkflowEvent> StreamAsync<TOutput>(Func<RunEventQueue, CancellationToken, (IRunInProgress Run, Task<TOutput> Output)> begin, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = new RunEventQueue();
        var (run, output) = begin(events, cancellationToken);
        try
        {
            // The caller's token is not for the reading: it ends the run, and the run's last event ends the reading.
            await foreach (var happened in events.ReadAsync(CancellationToken.None).ConfigureAwait(false))
                yield return happened;
            await output.ConfigureAwait(false);
        }
        finally
        {
            run.StopSoon();
            await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public static async Task<RunHandle<TOutput>> StartAsync<TOutput>(Func<RunEventQueue, CancellationToken, (IRunInProgress Run, Task<TOutput> Output)> begin, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var events = new RunEventQueue();
        var (run, output) = begin(events, CancellationToken.None);
        using (cancellationToken.UnsafeRegister(static run => ((IRunInProgress)run!).StopSoon(), run))
            await Task.WhenAny(events.Started, output).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            run.StopSoon();
            await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new OperationCanceledException(cancellationToken);
        }
        if (!events.Started.IsCompleted)
            await output.ConfigureAwait(false);

        // A failure is in the events and in the output; nobody has to take it from there.
        _ = output.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return new RunInProgressHandle<TOutput>(run, events, output);
    }
}
