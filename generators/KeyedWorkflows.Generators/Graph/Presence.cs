using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>
/// When each node runs and when its result is there, as formulas over what is not known at build: what conditions answer, whether an optional step fails, whether a nullable result is null.
/// </summary>
internal sealed class Presence
{
    private readonly GraphDraft draft;
    private readonly IReadOnlyList<IReadOnlyList<Need>> needs;
    private readonly DecisionDiagram diagram;
    private readonly Answers?[] answers;
    private readonly int[] runs;
    private readonly int[] present;

    /// <summary>The variable "it gives a result when it runs" of a node; -1 where that is sure.</summary>
    private readonly int[] gives;

    /// <param name="draft">The graph.</param>
    /// <param name="order">All nodes, each after those it needs.</param>
    /// <param name="needs">For each node, the data without which it is skipped.</param>
    /// <param name="diagram">Where formulas are made.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public Presence(GraphDraft draft, IReadOnlyList<int> order, IReadOnlyList<IReadOnlyList<Need>> needs, DecisionDiagram diagram, CancellationToken cancellationToken)
    {
        this.draft = draft;
        this.needs = needs;
        this.diagram = diagram;
        var count = draft.Nodes.Length;
        answers = new Answers?[count];
        runs = new int[count];
        present = new int[count];
        gives = new int[count];
        foreach (var node in draft.Nodes)
        {
            foreach (var guard in node.Guards)
                (answers[guard.Condition] ??= new()).Add(guard);
        }
        var variable = 0;
        foreach (var node in order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var formula = DecisionDiagram.True;
            foreach (var guard in draft.Nodes[node].Guards)
                formula = diagram.And(formula, diagram.And(present[guard.Condition], answers[guard.Condition]!.Test(diagram, guard)));
            foreach (var need in needs[node])
                formula = diagram.And(formula, Any(need.Sources));
            runs[node] = formula;

            gives[node] = -1;
            if (draft.Nodes[node].Optional || (draft.Nodes[node].ReturnsNullable && !draft.Nodes[node].IsForEach))
            {
                gives[node] = variable++;
                formula = diagram.And(formula, diagram.AddVariable());
            }
            present[node] = formula;
            answers[node]?.Declare(diagram, ref variable);
        }
    }

    /// <summary>The node may not run.</summary>
    public bool MayBeSkipped(int node) => runs[node] != DecisionDiagram.True;

    /// <summary>The node's result may not be there.</summary>
    public bool MayBeAbsent(int node) => present[node] != DecisionDiagram.True;

    /// <summary>None of the sources may be there.</summary>
    public bool MayBeAbsent(EquatableArray<SourceModel> sources) => Any(sources) != DecisionDiagram.True;

    /// <summary>The node runs for no answers at all.</summary>
    public bool NeverRuns(int node) => runs[node] == DecisionDiagram.False;

    /// <summary>Whether two of the sources can be there at once.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="clash">Two that can, and when.</param>
    public bool AreExclusive(EquatableArray<SourceModel> sources, out Clash clash)
    {
        clash = default;
        var before = DecisionDiagram.False;
        for (var i = 0; i < sources.Length; i++)
        {
            var both = diagram.And(before, Of(sources[i]));
            if (both != DecisionDiagram.False)
            {
                clash = Explain(sources, i, both);
                return false;
            }
            before = diagram.Or(before, Of(sources[i]));
        }
        return true;
    }

    /// <summary>Whether one of the sources is there whatever happens.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="when">When none is; null where it could not be worked out.</param>
    /// <param name="why">Why the first source is not there then.</param>
    public bool IsAlwaysPresent(EquatableArray<SourceModel> sources, out string? when, out string why)
    {
        when = null;
        why = "";
        var any = Any(sources);
        if (any == DecisionDiagram.True)
            return true;
        if (any != DecisionDiagram.Unknown)
        {
            var values = diagram.Witness(diagram.Not(any));
            when = Describe(values);
            why = WhyAbsent(sources[0].Node, values);
        }
        return false;
    }

    private int Of(SourceModel source) => source.IsInput ? DecisionDiagram.True : present[source.Node];

    private int Any(EquatableArray<SourceModel> sources)
    {
        // A parameter without a producer is a fault already: it must not lead to others.
        if (sources.IsEmpty)
            return DecisionDiagram.True;
        var formula = DecisionDiagram.False;
        foreach (var source in sources)
            formula = diagram.Or(formula, Of(source));
        return formula;
    }

    private Clash Explain(EquatableArray<SourceModel> sources, int second, int both)
    {
        if (both == DecisionDiagram.Unknown)
            return new(sources[0], sources[second], null);
        for (var first = 0; first < second; first++)
        {
            var pair = diagram.And(Of(sources[first]), Of(sources[second]));
            if (pair is not (DecisionDiagram.False or DecisionDiagram.Unknown))
                return new(sources[first], sources[second], Describe(diagram.Witness(pair)));
        }
        return new(sources[0], sources[second], null);
    }

    /// <summary>The answers that matter, in words; empty where none does.</summary>
    private string Describe(bool?[] values)
    {
        var parts = new List<string>();
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            if (gives[node] >= 0 && gives[node] < values.Length && values[gives[node]] == false)
                parts.Add(draft.Nodes[node].Optional ? $"`{draft.Nodes[node].Name}` fails, which it may" : $"`{draft.Nodes[node].Name}` returns null");
            if (answers[node]?.Describe(Wording.Code(draft.Nodes[node].Name), values) is { } answer)
                parts.Add(answer);
        }
        return Wording.List(parts);
    }

    private string WhyAbsent(int node, bool?[] values)
    {
        var name = Wording.Code(draft.Nodes[node].Name);
        if (runs[node] == DecisionDiagram.Unknown || diagram.Evaluate(runs[node], values))
            return "";
        foreach (var guard in draft.Nodes[node].Guards)
        {
            if (present[guard.Condition] != DecisionDiagram.Unknown && !diagram.Evaluate(present[guard.Condition], values))
                return $" {name} is skipped then, because its condition `{draft.Nodes[guard.Condition].Name}` has no answer.";
        }
        foreach (var need in needs[node])
        {
            var data = Any(need.Sources);
            if (data != DecisionDiagram.Unknown && !diagram.Evaluate(data, values))
                return $" {name} is skipped then, because {need.Parameter} has no value.";
        }
        return "";
    }

    /// <summary>Two sources that can be there at once.</summary>
    /// <param name="First">One.</param>
    /// <param name="Second">The other.</param>
    /// <param name="When">For which answers, empty for all; null where it could not be worked out.</param>
    public readonly record struct Clash(SourceModel First, SourceModel Second, string? When);

    /// <summary>Data without which a node is skipped.</summary>
    /// <param name="Parameter">Whose data it is, for messages: <c>its parameter `text`</c>.</param>
    /// <param name="Sources">Where it comes from.</param>
    public readonly record struct Need(string Parameter, EquatableArray<SourceModel> Sources);
}
