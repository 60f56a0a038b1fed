using System.ComponentModel;
using System.Runtime.ExceptionServices;

namespace KeyedWorkflows.Runtime;

/// <summary>A place where steps run side by side: the first failure in time cancels the others, which are awaited, and is what the run throws.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StepFork : IDisposable
{
    private readonly WorkflowRun run;
    private readonly CancellationTokenSource source;
    private readonly CancellationToken around;
    private Exception? failure;

    internal StepFork(WorkflowRun run, CancellationToken cancellationToken)
    {
        this.run = run;
        around = cancellationToken;
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken = source.Token;
    }

    /// <summary>Ends with the run, and with the first failure here.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Whether one of the steps has failed.</summary>
    public bool Failed => Volatile.Read(ref failure) is not null;

    /// <summary>Notes a failure: the first in time wins, and cancels the others.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="error">What it threw.</param>
    public void Fail(int step, Exception error)
    {
        // A later failure is the echo of the first, as a rule: it is not mapped, and raises no event.
        if (Failed)
        {
            run.Trace?.StepFails(run, step, error);
            return;
        }

        // What ends because a step of the place around it failed is told there. What ends with the run itself is told here, where the step is known.
        var isEcho = error is OperationCanceledException && around.IsCancellationRequested && !run.Token.IsCancellationRequested;
        var mapped = isEcho ? error : run.Fail(step, error);
        if (Interlocked.CompareExchange(ref failure, mapped, null) is null)
            source.CancelQuietly();
    }

    /// <summary>Throws the first failure, if there is one. Called when all steps have ended.</summary>
    public void ThrowIfFailed()
    {
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
