using System.Collections.Concurrent;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>Notes the events of a run, and its model calls.</summary>
internal sealed class EventLog : IRunListener
{
    private readonly ConcurrentQueue<WorkflowEvent> events = [];

    private readonly ConcurrentQueue<ModelCallRecord> calls = [];

    /// <summary>Whether it hears of model calls.</summary>
    public bool HearsModelCalls { get; init; } = true;

    /// <summary>Whether it wants what was asked and answered.</summary>
    public bool WantsContent { get; init; }

    public IReadOnlyList<ModelCallRecord> Calls => [.. calls];

    public IReadOnlyList<WorkflowEvent> Events => [.. events];

    /// <summary>The events in short: <c>started Ask</c>, <c>finished Ask</c>, …</summary>
    public IReadOnlyList<string> Lines => [.. events.Select(Short)];

    public void OnEvent(WorkflowEvent happened) => events.Enqueue(happened);

    public void OnModelCall(ModelCallRecord call) => calls.Enqueue(call);

    public T Single<T>()
        where T : WorkflowEvent => Assert.Single(events.OfType<T>());

    public static string Short(WorkflowEvent happened) => happened switch
    {
        RunStartedEvent => "run started",
        RunFailedEvent failed => "run failed: " + failed.Status,
        RunEndedEvent ended => "run finished: " + ended.Status,
        StepStartedEvent step => "started " + step.Step,
        TextDeltaEvent text => $"text {text.Step}: {text.Text}",
        StepFinishedEvent step => "finished " + step.Step,
        StepRetriedEvent step => $"retried {step.Step}: {step.Code}",
        StepFailedEvent step => $"failed {step.Step}: {step.Code}",
        StepSkippedEvent step => "skipped " + step.Step,
        IterationFinishedEvent step => $"element {step.Step}: {step.Element} of {step.Count}",
        _ => happened.GetType().Name,
    };
}
