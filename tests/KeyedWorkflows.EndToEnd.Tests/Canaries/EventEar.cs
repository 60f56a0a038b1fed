using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>Hears the events of a run.</summary>
internal sealed class EventEar(Evidence evidence, ObjectViews views) : IRunListener
{
    public void OnEvent(WorkflowEvent happened)
    {
        evidence.Note(Channel.Events, happened switch
        {
            TextDeltaEvent delta => delta.Text,
            StepFailedEvent failed => $"{failed.Code} {failed.Message}",
            StepRetriedEvent retried => $"{retried.Code} {retried.Message}",
            RunFailedEvent failed => $"{failed.Code} {ExceptionText.Of(failed.Error)}",
            _ => happened.ToString(),
        });
        views.Note(happened);
    }
}
