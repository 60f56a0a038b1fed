using System.Diagnostics;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>
/// The spans of one run: its own, and one for each step, which is current while the step is at work, so that what the step does lies beneath it. There is one only where somebody listens. Steps begin and end on several threads;
/// each has a place of its own.
/// </summary>
/// <remarks>No span has a text of an exception: its type is the code.</remarks>
internal sealed class RunTrace(WorkflowTelemetry telemetry, int stepCount)
{
    private const string Stopped = "stopped";
    private const string Failed = "failed";

    private readonly Activity?[] steps = new Activity?[stepCount];

    /// <summary>The run's span; null where it was not sampled: then its steps have none either.</summary>
    public Activity? Span { get; private set; }

    /// <summary>Begins the run's span under the current one: that of the caller's request, or that of the step that runs a sub-workflow. Called in the run's own flow.</summary>
    public void RunStarts(WorkflowRun run)
    {
        if (run.Parent is { } parent && parent.Run.Trace?.Span is null)
            return;
        Span = telemetry.Source.StartActivity("invoke_workflow " + run.Workflow, ActivityKind.Internal, default(ActivityContext),
            [new(TagNames.Operation, "invoke_workflow"), new(TagNames.WorkflowName, run.Workflow), new(TagNames.Workflow, run.Workflow)]);
        if (Span is { IsAllDataRequested: true } span)
            span.SetTag(TagNames.RunId, run.RunId);
    }

    /// <summary>Ends the spans of a run, and counts it. A sub-workflow is a part of its run: it has a span, and is not counted.</summary>
    /// <param name="run">The run.</param>
    /// <param name="failure">What it threw; null where it has its output.</param>
    public void RunEnds(WorkflowRun run, Exception? failure)
    {
        var status = failure is null ? run.IsPartial ? "partial-succeeded" : "succeeded" : WorkflowRun.StatusOf(failure) == RunStatus.Stopped ? Stopped : Failed;
        var errorType = status == Failed ? TagNames.ErrorTypeOf(CodeOf(run, failure!)) : null;
        if (run.Parent is null)
            telemetry.RunEnded(run, status, errorType);

        // A step that ended because another one failed tells nobody.
        for (var step = 0; step < steps.Length; step++)
            End(step, Stopped, null);
        if (Span is not { } span)
            return;
        if (span.IsAllDataRequested)
        {
            if (run.ProfileName is { } profile)
                span.SetTag(TagNames.Profile, profile);
            if (run.IsBound && run.Tenant is { } tenant)
                span.SetTag(TagNames.Tenant, tenant);
        }
        End(span, status, errorType);
    }

    /// <summary>Begins a step's span, in the flow of the step or of the steps around it.</summary>
    public void StepStarts(WorkflowRun run, StepDefinition step)
    {
        if (Span is null || telemetry.Source.StartActivity("step " + step.Name) is not { } span)
            return;
        if (span.IsAllDataRequested)
        {
            span.SetTag(TagNames.Workflow, run.Workflow);
            span.SetTag(TagNames.RunId, run.RunId);
            span.SetTag(TagNames.Step, run.PathOf(step));
            span.SetTag(TagNames.StepKind, KindOf(step.Kind));
        }
        steps[step.Index] = span;
    }

    /// <summary>Notes on its span that a step, or an element of it, is tried again.</summary>
    public void StepRepeats(StepAccount failed, string code)
    {
        if (steps[failed.Step.Index] is not { IsAllDataRequested: true } span)
            return;
        ActivityTagsCollection tags = new() { [TagNames.Attempt] = failed.Attempt, [TagNames.ErrorType] = TagNames.ErrorTypeOf(code) };
        if (failed.Element is { } element)
            tags.Add(TagNames.Element, element);
        span.AddEvent(new ActivityEvent("retry", tags: tags));
    }

    /// <summary>Ends the span of a step that has its result.</summary>
    public void StepEnds(int step) => End(step, "succeeded", null);

    /// <summary>Ends the span of a step that failed, or was stopped. One that has ended stays as it is.</summary>
    public void StepFails(WorkflowRun run, int step, Exception error)
    {
        if (steps[step] is null)
            return;
        var code = CodeOf(run, error);
        var isStopped = code == WorkflowErrorCodes.Stopped;
        End(step, isStopped ? Stopped : Failed, isStopped ? null : TagNames.ErrorTypeOf(code));
    }

    private void End(int step, string status, string? errorType)
    {
        if (Interlocked.Exchange(ref steps[step], null) is { } span)
            End(span, status, errorType);
    }

    private static void End(Activity span, string status, string? errorType)
    {
        span.SetTag(TagNames.Status, status);
        if (errorType is not null)
        {
            span.SetTag(TagNames.ErrorType, errorType);
            span.SetStatus(ActivityStatusCode.Error);
        }
        span.Stop();
    }

    private static string CodeOf(WorkflowRun run, Exception error) => error switch
    {
        WorkflowRunException failure => failure.Code,
        ModelCallException failure => failure.Code,
        OperationCanceledException => run.TimeIsUp ? WorkflowErrorCodes.TimeLimitReached : WorkflowErrorCodes.Stopped,
        _ => WorkflowErrorCodes.StepFailed,
    };

    private static string KindOf(StepKind kind) => kind switch
    {
        StepKind.Prompt => "prompt",
        StepKind.SubWorkflow => "sub-workflow",
        StepKind.Condition => "condition",
        _ => "code",
    };
}
