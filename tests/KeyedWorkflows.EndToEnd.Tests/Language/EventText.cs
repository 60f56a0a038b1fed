namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Events of a run in short, for comparing.</summary>
internal static class EventText
{
    public static async Task<List<WorkflowEvent>> ListAsync(IAsyncEnumerable<WorkflowEvent> events)
    {
        List<WorkflowEvent> all = [];
        await foreach (var happened in events)
            all.Add(happened);
        return all;
    }

    public static async Task<List<string>> LinesAsync(IAsyncEnumerable<WorkflowEvent> events) => [.. (await ListAsync(events)).Select(Of)];

    public static string Of(WorkflowEvent happened) => happened switch
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
