namespace KeyedWorkflows.Runtime;

// What is told to those who listen.
public sealed partial class WorkflowRun
{
    internal TimeSpan Elapsed => Observer is null ? TimeSpan.Zero : Host.Time.GetElapsedTime(Observer.StartedAt);

    internal void Tell(WorkflowEvent happened) => Observer?.Listener?.OnEvent(happened);

    /// <summary>Who hears of the run; null where nobody does.</summary>
    internal IRunListener? Listener => Observer?.Listener;

    private bool IsHeard => Observer?.Listener is not null;

    private void TellStarted(StepDefinition step)
    {
        Trace?.StepStarts(this, step);
        if (!IsHeard)
            return;
        Observer!.StepStarts(step.Index, Host.Time.GetTimestamp());
        Tell(new StepStartedEvent { RunId = RunId, At = Host.Time.GetUtcNow(), Step = PathOf(step) });
    }

    private void TellFinished(StepDefinition step, object? output, int attempt = 1, RunUsage usage = default)
    {
        if (!IsHeard)
            return;
        Tell(new StepFinishedEvent
        {
            RunId = RunId,
            At = Host.Time.GetUtcNow(),
            Step = PathOf(step),
            Attempt = attempt,
            Usage = usage,
            Duration = Host.Time.GetElapsedTime(Observer!.StepStartedAt(step.Index)),
            Output = output,
        });
    }

    private void TellFailed(StepDefinition step, int? element, Exception error, bool goesOn)
    {
        if (IsHeard && error is WorkflowRunException failure)
            Tell(new StepFailedEvent { RunId = RunId, At = Host.Time.GetUtcNow(), Step = PathOf(step), Element = element, Optional = goesOn, Code = failure.Code, Message = failure.Message });
    }

    private void TellText(StepScope scope, string text)
    {
        if (IsHeard && text.Length > 0)
            Tell(new TextDeltaEvent { RunId = RunId, At = Host.Time.GetUtcNow(), Step = PathOf(scope.Account.Step), Element = scope.Account.Element, Text = text });
    }

    private void TellRetried(StepAccount failed, WorkflowRunException failure)
    {
        Trace?.StepRepeats(failed, failure.Code);
        if (!IsHeard)
            return;
        Tell(new StepRetriedEvent
        {
            RunId = RunId,
            At = Host.Time.GetUtcNow(),
            Step = PathOf(failed.Step),
            Element = failed.Element,
            Attempt = failed.Attempt,
            Code = failure.Code,
            Message = failure.Message,
        });
    }

    private void TellElement(StepDefinition step, int element, int count)
    {
        if (IsHeard)
            Tell(new IterationFinishedEvent { RunId = RunId, At = Host.Time.GetUtcNow(), Step = PathOf(step), Element = element, Count = count });
    }

    /// <summary>Lets whoever hears the run refuse it before it begins.</summary>
    internal ValueTask AskToStartAsync() =>
        Listener is { } listener && Parent is null ? listener.BeforeStartAsync(Binding, options.MaxWait is { } most && Patience.Rest < most, Token) : default;

    /// <summary>Lets whoever hears the run hold it back until they have noted that it began.</summary>
    internal ValueTask AskToGoOnAsync() => Listener is { } listener && Parent is null ? listener.AfterStartAsync(Token) : default;

    // The run's own events are those of the run that the caller started.
    internal void TellRunStarted()
    {
        if (IsHeard && Parent is null)
            Tell(new RunStartedEvent { RunId = RunId, At = Host.Time.GetUtcNow(), Workflow = Workflow, Binding = Binding });
    }

    internal void TellRunFinished<TOutput>(TOutput output)
    {
        Trace?.RunEnds(this, null);
        if (IsHeard && Parent is null)
            Tell(new RunFinishedEvent<TOutput> { RunId = RunId, At = Host.Time.GetUtcNow(), Status = partial ? RunStatus.PartialSucceeded : RunStatus.Succeeded, Usage = Usage, Duration = Elapsed, Output = output });
    }

    internal void TellRunFailed(Exception error)
    {
        Trace?.RunEnds(this, error);
        if (IsHeard && Parent is null)
            Tell(new RunFailedEvent { RunId = RunId, At = Host.Time.GetUtcNow(), Status = StatusOf(error), Usage = Usage, Duration = Elapsed, Error = error });
    }

    internal static RunStatus StatusOf(Exception error) => error is OperationCanceledException or WorkflowRunException { Code: WorkflowErrorCodes.Stopped } ? RunStatus.Stopped : RunStatus.Failed;
}
