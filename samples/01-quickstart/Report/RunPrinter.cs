using KeyedWorkflows;
using Quickstart.Desk;

namespace Quickstart.Report;

/// <summary>Shows the events of a run as they come.</summary>
internal sealed class RunPrinter(TextWriter output)
{
    private bool inText;

    public void Show(WorkflowEvent happened)
    {
        switch (happened)
        {
            case RunStartedEvent started:
                Line($"  pays: {started.Binding.Slots[0].ProfileName ?? "the ticket's own key"} ({started.Binding.Slots[0].Source})");
                break;
            case TextDeltaEvent delta:
                output.Write(inText ? delta.Text : "  | " + delta.Text);
                inText = true;
                break;
            case StepFinishedEvent finished:
                Line($"  {finished.Step,-10} done{(finished.Usage.Calls == 0 ? "" : $", {finished.Usage.Calls} calls, {finished.Usage.TotalTokens} tokens")}");
                break;
            case StepSkippedEvent skipped:
                Line($"  {skipped.Step,-10} skipped");
                break;
            case StepFailedEvent failed:
                Line($"  {failed.Step,-10} failed: {failed.Message}");
                break;
            case RunFinishedEvent<Reply> ended when ended.Output.EscalatedTo is { } queue:
                Line($"  also sent to {queue}");
                break;
        }
    }

    private void Line(string text)
    {
        if (inText)
            output.WriteLine();
        inText = false;
        output.WriteLine(text);
    }
}
