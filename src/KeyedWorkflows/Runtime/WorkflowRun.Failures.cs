using System.Globalization;

namespace KeyedWorkflows.Runtime;

// How whatever goes wrong becomes what the run throws.
public sealed partial class WorkflowRun
{
    /// <summary>Maps whatever a step threw to what the run throws. What is mapped already stays as it is.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="error">What was thrown.</param>
    /// <returns>A <see cref="WorkflowRunException"/>, or an <see cref="OperationCanceledException"/> with the caller's token.</returns>
    public Exception Fail(int step, Exception error)
    {
        if (IsMapped(error))
        {
            Trace?.StepFails(this, step, error);
            return error;
        }
        var mapped = Map(error, Definition.StepAt(step), attempt: 1);
        Trace?.StepFails(this, step, mapped);
        TellFailed(Definition.StepAt(step), null, mapped, goesOn: false);
        return mapped;
    }

    /// <summary>Maps what went wrong before the first step, or after the last.</summary>
    internal Exception Refuse(Exception error) => IsMapped(error) ? error : Map(error, null, attempt: 0);

    internal WorkflowRunException Refusal(string code, string message, Exception? inner = null) => Failure(code, message, null, 0, inner);

    /// <summary>What code of the author's or the host's threw, without the run's secrets.</summary>
    private Exception? Scrubbed(Exception? error) => error is null ? null : SecretScrubber.Of(Binding).Scrub(error);

    private string Scrubbed(string text) => SecretScrubber.Of(Binding).Scrub(text);

    internal void ThrowIfTimeIsUp()
    {
        if (TimeIsUp)
            throw new ModelCallException(WorkflowErrorCodes.TimeLimitReached, TimeIsUpMessage());
    }

    private string TimeIsUpMessage()
    {
        var own = Control is { TimeIsUp: true } ? LimitOf(Definition, Parent is null ? options : RunOptions.None) : null;
        return own is { } limit
            ? string.Create(CultureInfo.InvariantCulture, $"The run of workflow '{Workflow}' took longer than the {limit.TotalSeconds:0.###} s that it may. RunOptions.MaxDuration or [Workflow(TimeoutSeconds)] says how long.")
            : Parent?.Run.TimeIsUpMessage() ?? "The run took longer than it may.";
    }

    internal bool TimeIsUp => Control is { TimeIsUp: true } || Parent is { Run.TimeIsUp: true };

    internal bool IsMapped(Exception error) => error switch
    {
        WorkflowRunException failure => failure.RunId is { } of && of == RunId,
        OperationCanceledException cancelled => callerToken.IsCancellationRequested && cancelled.CancellationToken == callerToken && Control is not { TimeIsUp: true } and not { IsStopped: true },
        _ => false,
    };

    private Exception Map(Exception error, StepDefinition? step, int attempt)
    {
        switch (error)
        {
            case OperationCanceledException:
                if (Control is { IsStopped: true })
                    return Failure(WorkflowErrorCodes.Stopped, "The run was stopped.", step?.Index, attempt, null);
                if (Control is { TimeIsUp: true })
                    return Failure(WorkflowErrorCodes.TimeLimitReached, TimeIsUpMessage(), step?.Index, attempt, null);
                if (callerToken.IsCancellationRequested)
                    return new OperationCanceledException($"The run of workflow '{Root.Workflow}' was cancelled by its caller.", callerToken);
                break;
            case ModelCallException call:
                return Failed(call, step, attempt);
            case WorkflowRunException { RunId: null } refused:
                return new WorkflowRunException(refused.Code, Scrubbed(refused.Message), Scrubbed(refused.InnerException))
                {
                    RunId = RunId,
                    Workflow = Root.Workflow,
                    Step = step is null ? Parent?.StepPath : PathOf(step),
                    Attempt = attempt,
                    Slot = refused.Slot,
                    Profile = refused.Profile,
                    StatusCode = refused.StatusCode,
                    RetryAfter = refused.RetryAfter,
                    ProviderRequestId = refused.ProviderRequestId,
                    RefusedPayer = refused.RefusedPayer,
                    IsOfCaller = refused.IsOfCaller,
                };
        }
        // The message of the exception may hold anything, so it is not repeated: the exception itself is there.
        return step is null
            ? Failure(
                WorkflowErrorCodes.HostMisconfigured,
                $"Choosing the credentials failed with {error.GetType().Name}: a store of profiles, or a rule of the host, threw it. What it said may hold the store's own password, and is not repeated. A store that can say what is wrong throws a WorkflowRunException.",
                null, attempt, null)
            : Failure(WorkflowErrorCodes.StepFailed, $"{ThrewIn(error, step)} threw {error.GetType().Name}. See the inner exception.", step.Index, attempt, error);
    }

    /// <summary>Whose code it was: a tool's that a prompt offers is called by the model, and not by the step.</summary>
    private string ThrewIn(Exception error, StepDefinition step) =>
        ToolLoop.ToolThatThrew(error) is { } tool ? $"Tool '{tool}', called in step '{PathOf(step)}'," : $"The code of step '{PathOf(step)}'";

    private WorkflowRunException Failed(ModelCallException call, StepDefinition? step, int attempt)
    {
        var slot = call.Binding ?? (Binding.Count == 1 ? Binding[0] : null);
        var where = step is null ? null : slot is null ? $"Step '{PathOf(step)}': " : $"Step '{PathOf(step)}' ({slot}): ";
        return new(call.Code, where + Scrubbed(call.Message))
        {
            RunId = RunId,
            Workflow = Root.Workflow,
            Step = step is null ? Parent?.StepPath : PathOf(step),
            Attempt = attempt,
            Slot = slot?.Slot,
            Profile = slot?.ProfileName,
            StatusCode = call.StatusCode,
            RetryAfter = call.RetryAfter,
            ProviderRequestId = call.ProviderRequestId,
            RefusedPayer = RefusedPayer.Of(slot?.Profile),
            IsOfCaller = call.IsOfCaller,
            IsOfOpenStream = call is { IsOfOpenStream: true, IsTransient: true },
        };
    }

    private WorkflowRunException Failure(string code, string message, int? step, int attempt, Exception? inner) => new(code, Scrubbed(message), Scrubbed(inner))
    {
        RunId = RunId,
        Workflow = Root.Workflow,
        Step = step is { } index ? PathOf(Definition.StepAt(index)) : Parent?.StepPath,
        Attempt = attempt,
    };
}
