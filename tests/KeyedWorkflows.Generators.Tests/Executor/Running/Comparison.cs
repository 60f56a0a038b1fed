using KeyedWorkflows.Generators.Tests.Executor.Drawing;
using KeyedWorkflows.Generators.Tests.Executor.Interpreting;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>Compares a run of generated code with what the interpreter expects.</summary>
internal sealed class Comparison
{
    private readonly DrawnGraph graph;
    private readonly WorkflowDefinition definition;
    private readonly Expectation expected;
    private readonly Outcome seen;
    private readonly Dictionary<string, List<(int At, LogLine Line)>> linesOf;

    private Comparison(DrawnGraph graph, WorkflowDefinition definition, Expectation expected, Outcome seen)
    {
        this.graph = graph;
        this.definition = definition;
        this.expected = expected;
        this.seen = seen;
        linesOf = seen.Log.Select(static (line, at) => (At: at, Line: line)).GroupBy(static entry => entry.Line.Step).ToDictionary(static group => group.Key, static group => group.ToList());
    }

    /// <summary>The first difference; null where there is none.</summary>
    /// <param name="graph">The workflow.</param>
    /// <param name="definition">Its generated half.</param>
    /// <param name="expected">What the interpreter did.</param>
    /// <param name="seen">What the generated code did.</param>
    /// <param name="start">What was kept when the run started; null for a run that nobody observed.</param>
    public static string? Of(DrawnGraph graph, WorkflowDefinition definition, Expectation expected, Outcome seen, IReadOnlyDictionary<int, KeptNode>? start)
    {
        var comparison = new Comparison(graph, definition, expected, seen);
        return comparison.End() ?? comparison.Calls() ?? (start is null ? null : comparison.RunEvents() ?? comparison.NodeEvents() ?? comparison.Order() ?? comparison.Kept(start));
    }

    private string? End()
    {
        if (seen.Failure is TimeoutException)
            return "It does not end.";
        if (seen.CallsLeft != 0)
            return $"{seen.CallsLeft} calls are still going when the run has ended.";
        if (!expected.Fails)
            return seen.Failure is not null ? "It fails." : seen.Output != expected.Output ? "It answers something else." : null;
        if (seen.Failure is not WorkflowRunException failure)
            return seen.Failure is null ? "It succeeds." : "It fails with another exception.";
        return Nodes().Any(node => node.End.State == NodeState.Failed && node.Node.Name == failure.Step && node.End.Code == failure.Code) ? null : "It fails for another reason.";
    }

    private string? Calls()
    {
        var calls = seen.Log.Where(static line => line.Kind == LogKind.Called).Select(static line => line.Detail).ToList();
        if (calls.Count != calls.Distinct().Count())
            return "A step is called twice.";
        if (calls.Except(expected.MustCall).Except(expected.MayCall).FirstOrDefault() is { } wrong)
            return $"It calls {wrong}.";
        if (!expected.Fails && expected.MustCall.Except(calls).FirstOrDefault() is { } missing)
            return $"It does not call {missing}.";
        return null;
    }

    private string? RunEvents()
    {
        var events = seen.Log.Where(static line => line.Kind is not (LogKind.Called or LogKind.Saved)).ToList();
        var status = expected.Fails ? RunStatus.Failed : expected.IsPartial ? RunStatus.PartialSucceeded : RunStatus.Succeeded;
        if (events.Count < 2 || events[0].Kind != LogKind.RunStarted || events[^1].Kind != LogKind.RunEnded || events.Count(static line => line.Step.Length == 0) != 2)
            return "The first event is not 'run started', or the last not 'run ended'.";
        return events[^1].Detail != status.ToString() ? $"It ends {events[^1].Detail} instead of {status}." : null;
    }

    private string? NodeEvents()
    {
        foreach (var (place, node, end) in Nodes())
        {
            var events = EventsOf(place).Select(static entry => entry.Line).ToList();
            var kinds = events.Where(static line => line.Kind != LogKind.Text).Select(static line => line.Kind).ToList();
            if (!IsHeard(node, end, kinds) && !(expected.Fails && CanBeCutOff(end, kinds)))
                return $"The events of {node.Name} are {(events.Count == 0 ? "none" : string.Join(", ", events))}.";
            if (events.Find(static line => line.Kind == LogKind.Finished) is { } finished && finished.Detail != $"{node.Name}: {end.Value?.Text ?? "-"}")
                return $"An event says {finished}.";
            if (events.Find(static line => line.Kind is LogKind.Failed or LogKind.GivenUp) is { } failed && failed.Detail != $"{node.Name}: {end.Code}")
                return $"An event says {failed}.";
            if (node.Shape == DrawnShape.Stream && !node.IsForEach && kinds.Contains(LogKind.Finished) && string.Concat(events.Where(static line => line.Kind == LogKind.Text).Select(static line => line.Detail)) != end.Value!.Text)
                return $"The text of {node.Name} is streamed otherwise.";
        }
        if (expected.Fails && !EventsOf(graph.Nodes.ToList().FindIndex(node => node.Name == ((WorkflowRunException)seen.Failure!).Step)).Any(static entry => entry.Line.Kind == LogKind.Failed))
            return "No event tells the failure.";
        return null;
    }

    private static bool IsHeard(DrawnNode node, NodeEnd end, List<LogKind> kinds) => end.State switch
    {
        NodeState.Restored or NodeState.Blocked => kinds.Count == 0,
        NodeState.Skipped => kinds is [LogKind.Skipped],
        NodeState.Ran => kinds.SequenceEqual([LogKind.Started, .. Enumerable.Repeat(LogKind.Element, end.KeptElements.Count(static kept => !kept)), LogKind.Finished]),
        NodeState.GivenUp when node.IsForEach => kinds.Count > 1 && kinds[0] == LogKind.Started && kinds.Contains(LogKind.GivenUp) && kinds.Skip(1).All(static kind => kind is LogKind.Element or LogKind.GivenUp),
        NodeState.GivenUp => kinds is [LogKind.Started, LogKind.GivenUp],
        _ => false,
    };

    /// <summary>In a run that fails, what stands beside the failure may not have begun, or not have ended.</summary>
    private static bool CanBeCutOff(NodeEnd end, List<LogKind> kinds) => end.State switch
    {
        NodeState.Blocked or NodeState.Restored => kinds.Count == 0,
        NodeState.Skipped => kinds.Count == 0,
        NodeState.Failed => kinds.Count == 0 || (kinds[0] == LogKind.Started && kinds.Skip(1).All(static kind => kind is LogKind.Element or LogKind.Failed)),
        _ => kinds.Count == 0 || (kinds[0] == LogKind.Started && !kinds.Contains(LogKind.Failed) && !kinds.Contains(LogKind.Finished)),
    };

    private string? Order()
    {
        foreach (var (place, node, _) in Nodes())
        {
            var started = EventsOf(place).FirstOrDefault(static entry => entry.Line.Kind == LogKind.Started);
            if (started.Line is null)
                continue;
            foreach (var need in node.DependsOn.Where(need => expected.Ends[need].State != NodeState.Restored))
            {
                if (!EventsOf(need).Any(entry => entry.At < started.At && entry.Line.Kind is LogKind.Finished or LogKind.Skipped or LogKind.GivenUp))
                    return $"{node.Name} starts before {graph.Nodes[need].Name} has ended.";
                if (!LinesOf(need).Any(entry => entry.At < started.At && entry.Line.Kind == LogKind.Saved))
                    return $"{node.Name} starts before the result of {graph.Nodes[need].Name} is kept.";
            }
        }
        var first = Nodes().Where(static node => !node.Node.DependsOn.Any()).Select(node => node.Node.Name).ToHashSet();
        var starts = seen.Log.Where(line => line.Kind == LogKind.Started && first.Contains(line.Step)).Select(line => definition.Steps.Single(step => step.Name == line.Step).Index).ToList();
        return starts.SequenceEqual(starts.Order()) ? null : "The first steps do not start in the order of their declaration.";
    }

    private string? Kept(IReadOnlyDictionary<int, KeptNode> start)
    {
        foreach (var (place, node, end) in Nodes())
        {
            var before = start.GetValueOrDefault(place) ?? new();
            var after = seen.Kept!.GetValueOrDefault(place) ?? new();
            var isFinished = before.IsFinished || end.State == NodeState.Ran;
            var isSkipped = before.IsSkipped || end.State is NodeState.Skipped or NodeState.GivenUp;
            var isMissing = !after.IsFinished && !after.IsSkipped;
            if (!isMissing && after.IsFailed != (before.IsFailed || end.State == NodeState.GivenUp))
                return $"The checkpoint holds of {node.Name} that it {(after.IsFailed ? "failed" : "did not fail")}.";
            if (isMissing ? (isFinished || isSkipped) && !(expected.Fails && !WasSaved(place)) : after.IsFinished != isFinished || after.IsSkipped != isSkipped)
                return $"The checkpoint holds of {node.Name}: {(after.IsFinished ? "finished" : after.IsSkipped ? "skipped" : "nothing")}.";
            if (after.IsFinished && !node.IsForEach && after.Value?.Text != (before.IsFinished ? before.Value : end.Value)?.Text)
                return $"The checkpoint holds of {node.Name}: {after.Value?.Text}.";
            foreach (var (element, text) in after.Elements)
            {
                if (text != (before.Elements.GetValueOrDefault(element) ?? (element < end.Elements.Count ? end.Elements[element] : null)))
                    return $"The checkpoint holds of element {element} of {node.Name}: {text}.";
            }
            if (end.State == NodeState.Ran && !isMissing && after.Elements.Count != end.Elements.Count)
                return $"The checkpoint holds {after.Elements.Count} of {end.Elements.Count} elements of {node.Name}.";
        }
        return null;
    }

    private bool WasSaved(int place) => LinesOf(place).Any(static entry => entry.Line.Kind is LogKind.Saved or LogKind.Finished);

    private IEnumerable<(int Place, DrawnNode Node, NodeEnd End)> Nodes() => graph.Nodes.Select((node, place) => (place, node, expected.Ends[place]));

    private List<(int At, LogLine Line)> LinesOf(int place) => linesOf.TryGetValue(graph.Nodes[place].Name, out var lines) ? lines : [];

    private IEnumerable<(int At, LogLine Line)> EventsOf(int place) => LinesOf(place).Where(static entry => entry.Line.Kind is not (LogKind.Called or LogKind.Saved));
}
