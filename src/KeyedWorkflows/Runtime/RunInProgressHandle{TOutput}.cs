using System.Runtime.CompilerServices;

namespace KeyedWorkflows.Runtime;

/// <summary>A run that goes on beside its caller, as the caller sees it.</summary>
internal sealed class RunInProgressHandle<TOutput>(IRunInProgress run, RunEventQueue events, Task<TOutput> output) : RunHandle<TOutput>
{
    public override string RunId => run.RunId;

    public override RunBinding Binding => run.Binding;

    public override RunUsage Usage => run.Usage;

    public override Task<TOutput> Output => output;

    public override IAsyncEnumerable<WorkflowEvent> Events => ReadAsync();

    public override RunStatus Status
    {
        get
        {
            if (!output.IsCompleted)
                return RunStatus.Running;
            if (output.IsCompletedSuccessfully)
                return run.IsPartial ? RunStatus.PartialSucceeded : RunStatus.Succeeded;
            return output.Exception?.InnerException is { } error ? WorkflowRun.StatusOf(error) : RunStatus.Stopped;
        }
    }

    public override void Cancel() => run.Stop();

    public override async Task CancelAsync(CancellationToken cancellationToken = default)
    {
        run.Stop();
        await ((Task)output).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async IAsyncEnumerable<WorkflowEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var happened in events.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Who reads the end finds status and output at their end too.
            if (happened is RunEndedEvent)
                await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            yield return happened;
        }
    }
}
