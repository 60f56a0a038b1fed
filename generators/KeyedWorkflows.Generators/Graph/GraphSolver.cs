using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>Finds out which step feeds which, in what order they run, and what may be absent. Pure: the same draft gives the same answer.</summary>
internal sealed class GraphSolver
{
    private readonly GraphDraft draft;
    private readonly List<GraphFault> faults = [];
    private readonly ProducerResolver resolver;
    private readonly DependencyGraph dependencies;

    /// <summary>By node and parameter.</summary>
    private readonly EquatableArray<SourceModel>[][] sources;

    /// <summary>By tool and parameter.</summary>
    private readonly EquatableArray<SourceModel>[][] toolSources;
    private readonly EquatableArray<int>[] after;
    private readonly List<Presence.Need>[] needs;

    private GraphSolver(GraphDraft draft)
    {
        this.draft = draft;
        resolver = new(draft, faults);
        dependencies = new(draft);
        sources = new EquatableArray<SourceModel>[draft.Nodes.Length][];
        toolSources = new EquatableArray<SourceModel>[draft.Tools.Length][];
        after = new EquatableArray<int>[draft.Nodes.Length];
        needs = new List<Presence.Need>[draft.Nodes.Length];
    }

    /// <summary>Solves a graph. Never throws on a faulty one, and its work is bounded: what cannot be proven within the bound is a fault.</summary>
    /// <param name="draft">The graph as written. Its numbers (conditions, tools) must be places that exist.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SolvedGraph Solve(GraphDraft draft, CancellationToken cancellationToken = default) => new GraphSolver(draft).Solve(cancellationToken);

    private SolvedGraph Solve(CancellationToken cancellationToken)
    {
        for (var tool = 0; tool < draft.Tools.Length; tool++)
            FeedTool(tool);
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Feed(node);
        }

        resolver.DescribeAmbiguities(dependencies);

        // Presence means nothing in a cycle.
        if (!dependencies.TrySort(out var order, faults))
            return new() { Nodes = Answer(null, default), Tools = AnswerTools(null), Faults = EquatableArray.From(faults) };
        var presence = new Presence(draft, order, needs, new DecisionDiagram(), cancellationToken);
        new MergeProof(draft, presence, faults).Check(sources, toolSources);
        var blocked = ReportNeverRunning(presence, order);

        // While it is open who feeds whom, the output is too.
        var output = resolver.IsAmbiguous || resolver.IsGivenAstray(draft.Output) ? default : new OutputProof(draft, presence, resolver, faults).Find(blocked);
        return new()
        {
            Nodes = Answer(presence, output),
            Tools = AnswerTools(presence),
            Output = output.IsEmpty ? null : new(output),
            Faults = EquatableArray.From(faults),
        };
    }

    private void FeedTool(int tool)
    {
        var parameters = draft.Tools[tool].Parameters;
        toolSources[tool] = new EquatableArray<SourceModel>[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].From is not null)
                toolSources[tool][i] = resolver.Resolve($"the tool `{draft.Tools[tool].Name}`", SourceModel.Input, parameters[i], draft.Tools[tool].IsOffered);
        }
    }

    private void Feed(int node)
    {
        var method = draft.Nodes[node];
        sources[node] = new EquatableArray<SourceModel>[method.Parameters.Length];
        needs[node] = [];
        for (var i = 0; i < method.Parameters.Length; i++)
        {
            var parameter = method.Parameters[i];
            if (!parameter.IsData)
                continue;
            sources[node][i] = resolver.Resolve(Wording.Code(method.Name), node, parameter);
            foreach (var source in sources[node][i])
                dependencies.Add(node, source.Node, $"takes `{parameter.Name}` from");
            if (!AcceptsAbsent(parameter))
                needs[node].Add(new($"its parameter `{parameter.Name}`", sources[node][i]));
        }
        foreach (var tool in method.Tools)
        {
            var parameters = draft.Tools[tool].Parameters;
            for (var i = 0; i < parameters.Length; i++)
            {
                if (parameters[i].From is null)
                    continue;
                foreach (var source in toolSources[tool][i])
                    dependencies.Add(node, source.Node, $"offers the tool `{draft.Tools[tool].Name}`, which takes `{parameters[i].Name}` from");
                if (!AcceptsAbsent(parameters[i]))
                    needs[node].Add(new($"the parameter `{parameters[i].Name}` of its tool `{draft.Tools[tool].Name}`", toolSources[tool][i]));
            }
        }
        foreach (var guard in method.Guards)
        {
            resolver.Consume(guard.Condition);
            dependencies.Add(node, guard.Condition, "has the condition");
        }
        Order(node);
    }

    private void Order(int node)
    {
        var method = draft.Nodes[node];
        var named = new SortedSet<int>();
        for (var i = 0; i < method.After.Length; i++)
        {
            var name = method.After[i];
            var before = resolver.Find(name);
            if (before >= 0)
            {
                named.Add(before);
                dependencies.Add(node, before, "is to run after");
            }
            else
            {
                faults.Add(new(GraphRules.NoProducer, i < method.AfterLocations.Length ? method.AfterLocations[i] : method.Location, $"`{method.Name}` is to run after `{name}`, which is no step of this workflow. Name one: {Steps(node)}."));
            }
        }
        after[node] = EquatableArray.From(named);
    }

    private string Steps(int self)
    {
        var names = new List<string>();
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            if (node != self && !draft.Nodes[node].IsCondition)
                names.Add(Wording.Code(draft.Nodes[node].Name));
        }
        return names.Count > 0 ? Wording.List(names, "or") : "a method marked [Step] or [Prompt]";
    }

    /// <summary>A step that no answers let run is a mistake. Of steps that never run because another does not, the first is told.</summary>
    /// <returns>The nodes that never run.</returns>
    private bool[] ReportNeverRunning(Presence presence, IReadOnlyList<int> order)
    {
        var blocked = new bool[draft.Nodes.Length];
        foreach (var node in order)
        {
            if (!presence.NeverRuns(node))
                continue;
            blocked[node] = true;
            var follows = false;
            foreach (var before in dependencies.Of(node))
                follows |= blocked[before];
            if (follows)
                continue;
            var method = draft.Nodes[node];
            var what = new List<string>();
            foreach (var guard in method.Guards)
                AddOnce(what, $"the condition `{draft.Nodes[guard.Condition].Name}`");
            foreach (var need in needs[node])
            {
                if (presence.MayBeAbsent(need.Sources))
                    what.Add(need.Parameter);
            }
            faults.Add(new(
                GraphRules.ConditionShape,
                method.Location,
                $"`{method.Name}` can never run, because {(what.Count == 1 ? $"{what[0]} never allows it" : $"these never come together: {Wording.List(what)}")}. Make a parameter nullable, merge steps that exclude each other with [From(a, b)], or change the conditions."));
        }
        return blocked;
    }

    private static void AddOnce(List<string> items, string item)
    {
        if (!items.Contains(item))
            items.Add(item);
    }

    private EquatableArray<SolvedNode> Answer(Presence? presence, EquatableArray<SourceModel> output)
    {
        var nodes = new SolvedNode[draft.Nodes.Length];
        for (var node = 0; node < nodes.Length; node++)
        {
            var isOutput = false;
            foreach (var source in output)
                isOutput |= source.Node == node;
            nodes[node] = new()
            {
                Parameters = Answer(draft.Nodes[node].Parameters, sources[node], presence),
                DependsOn = dependencies.Of(node),
                After = after[node],
                MayBeSkipped = presence?.MayBeSkipped(node) ?? true,
                MayBeAbsent = presence?.MayBeAbsent(node) ?? true,
                IsOutput = isOutput,
            };
        }
        return new(nodes);
    }

    private EquatableArray<SolvedTool> AnswerTools(Presence? presence)
    {
        var tools = new SolvedTool[draft.Tools.Length];
        for (var tool = 0; tool < tools.Length; tool++)
            tools[tool] = new(Answer(draft.Tools[tool].Parameters, toolSources[tool], presence));
        return new(tools);
    }

    private static EquatableArray<SolvedParameter> Answer(EquatableArray<ParameterDraft> parameters, EquatableArray<SourceModel>[] sources, Presence? presence)
    {
        var answers = new SolvedParameter[parameters.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = new()
            {
                Sources = sources[i],
                MayBeAbsent = !sources[i].IsEmpty && (presence?.MayBeAbsent(sources[i]) ?? true),
                AcceptsAbsent = AcceptsAbsent(parameters[i]),
            };
        }
        return new(answers);
    }

    private static bool AcceptsAbsent(ParameterDraft parameter) => parameter.Kind == ParameterKind.Data && parameter.Type.IsNullable;
}
