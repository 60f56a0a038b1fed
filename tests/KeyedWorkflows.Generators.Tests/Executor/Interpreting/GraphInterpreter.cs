using System.Globalization;
using KeyedWorkflows.Generators.Tests.Executor.Drawing;
using KeyedWorkflows.Generators.Tests.Executor.Running;

namespace KeyedWorkflows.Generators.Tests.Executor.Interpreting;

/// <summary>
/// Runs a drawn workflow as the language is documented: node after node, without time, types or generated code. Knows nothing of the generator.
/// </summary>
/// <param name="graph">The workflow.</param>
/// <param name="run">How its nodes behave.</param>
/// <param name="kept">By place: what a checkpoint holds; null where the run starts afresh.</param>
internal sealed class GraphInterpreter(DrawnGraph graph, DrawnRun run, IReadOnlyDictionary<int, KeptNode>? kept = null)
{
    private readonly List<NodeEnd> ends = [];
    private readonly List<string> must = [];
    private readonly List<string> may = [];

    public Expectation Run()
    {
        for (var place = 0; place < graph.Nodes.Count; place++)
            ends.Add(End(place));
        return new(ends, must, may, Present(graph.Outputs)?.Text);
    }

    private NodeEnd End(int place)
    {
        var node = graph.Nodes[place];
        var before = kept?.GetValueOrDefault(place);
        var hadFailed = before is { IsFailed: true };
        if (node.DependsOn.Any(need => ends[need].State is NodeState.Failed or NodeState.Blocked))
            return new(NodeState.Blocked) { HadFailed = hadFailed };
        if (before is { IsSkipped: true } || (before is { IsFinished: true } && !node.IsForEach))
            return new(NodeState.Restored) { Value = before.Value, HadFailed = hadFailed };
        if (!node.Guards.All(Holds) || node.Parameters.Any(parameter => !parameter.IsNullable && Given(parameter) is null))
            return new(NodeState.Skipped);
        return node.IsForEach ? RunElements(node, run.Nodes[place], before) : RunOnce(node, run.Nodes[place]);
    }

    private bool Holds(DrawnGuard guard)
    {
        if (ends[guard.Condition].Value?.Text is not { } answer)
            return false;
        return guard.Test switch
        {
            DrawnTest.When => answer == bool.TrueString,
            DrawnTest.Unless => answer == bool.FalseString,
            DrawnTest.Is => answer == guard.Route.ToString(),
            _ => !graph.NamedRoutes(guard.Condition).Any(route => answer == route.ToString()),
        };
    }

    private NodeEnd RunOnce(DrawnNode node, NodeScript script)
    {
        string[] arguments = [.. node.Parameters.Select(parameter => Given(parameter)?.Text ?? "-")];
        must.Add(Call(node, arguments));
        return script.Deed switch
        {
            Deed.Throw => Failure(node, WorkflowErrorCodes.StepFailed),
            Deed.ReturnNull when !node.IsNullable => Failure(node, WorkflowErrorCodes.StepContract),
            Deed.ReturnNull => new(NodeState.Ran),
            _ => new(NodeState.Ran) { Value = node.Result is null ? null : ValueOf(node.Result, script, Provenance.Of(node.Name, arguments)) },
        };
    }

    private static NodeValue ValueOf(DrawnType type, NodeScript script, string text) => type switch
    {
        { IsSequence: true } => NodeValue.Sequence([.. Enumerable.Range(0, script.Length).Select(element => Provenance.Element(text, element))]),
        { Form: DrawnForm.Flag } => new(script.Flag.ToString()),
        { Form: DrawnForm.Route } => new(script.Route.ToString()),
        _ => new(text),
    };

    private NodeEnd RunElements(DrawnNode node, NodeScript script, KeptNode? before)
    {
        var items = Given(node.Parameters.Single(static parameter => parameter.IsForEach))!.Elements!;
        var results = new string?[items.Count];
        var keeps = new bool[items.Count];
        var calls = new List<string>();
        string? code = null;
        for (var element = 0; element < items.Count; element++)
        {
            if (before is not null && before.Elements.TryGetValue(element, out var result))
            {
                results[element] = result;
                keeps[element] = true;
                continue;
            }
            string[] arguments = [.. node.Parameters.Select(parameter => parameter.IsForEach ? items[element] : Given(parameter)?.Text ?? "-")];
            var deed = script.DeedFor(items[element]);

            // One after the other, the first failure is the last call; side by side, others may be under way.
            if (node.Concurrency == 1 && code is not null)
                continue;
            calls.Add(Call(node, arguments));
            if (deed == Deed.Return)
                results[element] = node.Result is null ? "" : Provenance.Of(node.Name, arguments);
            else
                code = deed == Deed.Throw ? WorkflowErrorCodes.StepFailed : WorkflowErrorCodes.StepContract;
        }
        (code is not null && node.Concurrency > 1 ? may : must).AddRange(calls);
        if (code is not null)
            return Failure(node, code) with { Elements = results, KeptElements = keeps };
        return new(NodeState.Ran) { Value = node.Result is null ? null : NodeValue.Sequence(results!), Elements = results, KeptElements = keeps };
    }

    private static NodeEnd Failure(DrawnNode node, string code) => new(node.IsOptional ? NodeState.GivenUp : NodeState.Failed) { Code = code };

    /// <summary>What a parameter is given; null where that is absent.</summary>
    private NodeValue? Given(DrawnParameter parameter) => Present(parameter.Sources);

    private NodeValue? Present(IEnumerable<int> sources) =>
        sources.Select(source => source == DrawnParameter.Input ? new NodeValue(GraphRun.Input.Text) : ends[source].Value).FirstOrDefault(static value => value is not null);

    private static string Call(DrawnNode node, string[] arguments) => string.Create(CultureInfo.InvariantCulture, $"{node.Name}({string.Join(',', arguments)})");
}
