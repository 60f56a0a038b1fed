using KeyedWorkflows.Generators.Tests.Executor.Drawing;
using KeyedWorkflows.Generators.Tests.Executor.Interpreting;
using KeyedWorkflows.Hosting;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>Runs the generated code of a drawn workflow, beside the interpreter.</summary>
internal sealed class GraphRun(DrawnGraph graph, WorkflowDefinition<Question, Answer> definition, WorkflowHost host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly KeptValues values = new(graph, definition);

    /// <summary>What every run is given.</summary>
    public static Question Input { get; } = new("?");

    /// <summary>Does a run with a checkpoint and a listener, one with neither, and where it failed one that goes on from what was kept. Says what differs from the interpreter; null where nothing does.</summary>
    public async Task<string?> FindDifferenceAsync(DrawnRun run)
    {
        var start = StartSet.Pick(graph, run);
        var expected = new GraphInterpreter(graph, run, start).Run();
        var seen = await ObserveAsync(run, expected, start);
        if (Comparison.Of(graph, definition, expected, seen, start) is { } difference)
            return Explain("A run with a checkpoint and a listener", run, start, expected, seen, difference);

        var expectedAlone = new GraphInterpreter(graph, run).Run();
        var alone = await RunAsync(run, expectedAlone, new(), transport => transport.RunAsync(definition, Input, RunCredentials.None, null, CancellationToken.None));
        if (Comparison.Of(graph, definition, expectedAlone, alone, null) is { } other)
            return Explain("A run without checkpoint and listener", run, [], expectedAlone, alone, other);
        if (!expected.Fails)
            return null;

        var repaired = run with { Nodes = [.. run.Nodes.Select((node, place) => expected.Ends[place].State == NodeState.Failed ? node with { Deed = Deed.Return } : node)] };
        var kept = new Dictionary<int, KeptNode>(seen.Kept!);
        var expectedAgain = new GraphInterpreter(graph, repaired, kept).Run();
        var again = await ObserveAsync(repaired, expectedAgain, kept);
        return Comparison.Of(graph, definition, expectedAgain, again, kept) is { } last
            ? Explain("A run that goes on from what the run that failed had kept", repaired, kept, expectedAgain, again, last)
            : null;
    }

    private async Task<Outcome> ObserveAsync(DrawnRun run, Expectation expected, Dictionary<int, KeptNode> start)
    {
        var log = new RunLog();
        var checkpoint = new MemoryCheckpoint(definition, values.Write(start), log, run.IsSlow);
        var outcome = await RunAsync(run, expected, log, transport => transport.RunAsync(definition, Input, RunCredentials.None, null, checkpoint, log, CancellationToken.None));
        return outcome with { Kept = values.Read(checkpoint.Values) };
    }

    private async Task<Outcome> RunAsync(DrawnRun run, Expectation expected, RunLog log, Func<InProcessTransport, Task<Answer>> start)
    {
        var nodes = new Dictionary<string, NodeScript>();
        for (var place = 0; place < graph.Nodes.Count; place++)
            nodes.Add(graph.Nodes[place].Name, run.Nodes[place] with { Meets = run.Nodes[place].Meets && !expected.Fails && expected.Ends[place].State == NodeState.Ran });
        var script = new Script(nodes, log);
        Script.Current = script;
        try
        {
            var output = await start(new(host)).WaitAsync(Patience);
            return new() { Output = output.Text, Log = log.Lines, CallsLeft = script.CallsUnderWay };
        }
        catch (Exception failure)
        {
            return new() { Failure = failure, Log = log.Lines, CallsLeft = script.CallsUnderWay };
        }
    }

    private string Explain(string title, DrawnRun run, Dictionary<int, KeptNode> start, Expectation expected, Outcome seen, string difference)
    {
        var nodes = graph.Nodes.Select((node, place) =>
            $"{node.Name}: {run.Nodes[place]}{(start.TryGetValue(place, out var kept) ? $"; kept: {(kept.IsSkipped ? "skipped" : kept.IsFinished ? "finished" : "elements")} {string.Join(' ', kept.Elements.Keys)}" : "")}\n"
            + $"      expected: {expected.Ends[place].State} {expected.Ends[place].Code}{expected.Ends[place].Value?.Text}");
        return $"""
            {title}: {difference}

            {GraphSource.Write(graph)}
            How the nodes behave{(run.IsSlow ? ", with a slow checkpoint" : "")}:
              {string.Join("\n  ", nodes)}
            The interpreter {(expected.Fails ? "fails" : $"answers {expected.Output}{(expected.IsPartial ? ", partially" : "")}")}
              must call {string.Join(' ', expected.MustCall)}
              may call  {string.Join(' ', expected.MayCall)}
            The generated code {seen}
            """;
    }
}
