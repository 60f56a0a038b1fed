using System.Globalization;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>What happened in a run, in the order in which it happened: calls, what the checkpoint was given, and events.</summary>
internal sealed class RunLog : IRunListener
{
    private readonly Lock gate = new();
    private readonly List<LogLine> lines = [];

    public IReadOnlyList<LogLine> Lines
    {
        get
        {
            lock (gate)
                return [.. lines];
        }
    }

    public void Add(LogKind kind, string step, string detail = "")
    {
        lock (gate)
            lines.Add(new(kind, step, detail));
    }

    public void OnEvent(WorkflowEvent happened)
    {
        var (kind, step, detail) = happened switch
        {
            RunStartedEvent => (LogKind.RunStarted, "", ""),
            RunEndedEvent ended => (LogKind.RunEnded, "", ended.Status.ToString()),
            StepStartedEvent started => (LogKind.Started, started.Step, ""),
            IterationFinishedEvent iteration => (LogKind.Element, iteration.Step, string.Create(CultureInfo.InvariantCulture, $"{iteration.Step}[{iteration.Element} of {iteration.Count}]")),
            TextDeltaEvent text => (LogKind.Text, text.Step, text.Text),
            StepFinishedEvent finished => (LogKind.Finished, finished.Step, $"{finished.Step}: {Provenance.Show(finished.Output)}"),
            StepSkippedEvent skipped => (LogKind.Skipped, skipped.Step, ""),
            StepFailedEvent { Optional: true } failed => (LogKind.GivenUp, failed.Step, $"{failed.Step}: {failed.Code}"),
            StepFailedEvent failed => (LogKind.Failed, failed.Step, $"{failed.Step}: {failed.Code}"),
            _ => throw new InvalidOperationException($"Nothing here raises {happened}."),
        };
        Add(kind, step, detail);
    }
}
