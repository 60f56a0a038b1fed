using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>Finds the producers of each parameter: by its type, or by the names that the author wrote.</summary>
internal sealed class ProducerResolver
{
    private readonly GraphDraft draft;
    private readonly List<GraphFault> faults;
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly bool[] consumed;

    /// <summary>The faults that can be worded only when all edges are known: who must not be suggested is known then.</summary>
    private readonly List<Ambiguity> ambiguities = [];

    /// <summary>The nodes that would run once an element of something that is no sequence.</summary>
    private readonly bool[] astray;

    public ProducerResolver(GraphDraft draft, List<GraphFault> faults)
    {
        this.draft = draft;
        this.faults = faults;
        consumed = new bool[draft.Nodes.Length];
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            // A second method of the name is a fault of its own, which the parser reports.
            if (!places.ContainsKey(draft.Nodes[node].Name))
                places.Add(draft.Nodes[node].Name, node);
        }
        astray = new bool[draft.Nodes.Length];
        for (var node = 0; node < draft.Nodes.Length; node++)
            astray[node] = IsAstray(node);
    }

    /// <summary>A parameter has several producers, so it is not known which steps are consumed.</summary>
    public bool IsAmbiguous { get; private set; }

    /// <summary>The nodes whose results are taken.</summary>
    public IReadOnlyList<bool> Consumed => consumed;

    /// <summary>Whether a type would be there, if a step that is marked [ForEach] for nothing ran once. That mark is the fault, and not what is missing for it.</summary>
    public bool IsGivenAstray(TypeModel type)
    {
        for (var node = 0; node < astray.Length; node++)
        {
            if (astray[node] && draft.Nodes[node].Output is { } output && TypeMatch.GivesElements(output, type))
                return true;
        }
        return false;
    }

    /// <summary>Words the faults of parameters that have several producers.</summary>
    /// <param name="dependencies">All edges that are known.</param>
    public void DescribeAmbiguities(DependencyGraph dependencies)
    {
        foreach (var ambiguity in ambiguities)
            faults[ambiguity.Fault] = faults[ambiguity.Fault] with { Message = Ambiguous(ambiguity, dependencies, out var choices), Choices = choices };
    }

    /// <summary>The place of a node, or -1.</summary>
    public int Find(string name) => places.TryGetValue(name, out var node) ? node : -1;

    /// <summary>The condition's answer is taken.</summary>
    public void Consume(int node) => consumed[node] = true;

    /// <summary>The producers of a parameter; none where there is a fault.</summary>
    /// <param name="owner">The method, for messages.</param>
    /// <param name="self">The node that the parameter belongs to; -1 for a tool.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="isRead">Something reads it. Else the steps that it names still have their results to give.</param>
    public EquatableArray<SourceModel> Resolve(string owner, int self, ParameterDraft parameter, bool isRead = true)
    {
        if (parameter.From is { } names)
        {
            if (!parameter.FromInput)
                return Named(owner, parameter, names, isRead);
            return Fault(GraphRules.AmbiguousProducer, parameter, $"`{parameter.Name}` of {owner} is marked both [From] and [FromInput]. Leave one of them out.");
        }
        return parameter.FromInput ? FromInput(owner, parameter) : ByType(owner, self, parameter);
    }

    private EquatableArray<SourceModel> Named(string owner, ParameterDraft parameter, EquatableArray<string> names, bool isRead)
    {
        if (names.IsEmpty)
            return Fault(GraphRules.NoProducer, parameter, $"[From] at `{parameter.Name}` of {owner} names no step. Name one: {Wording.From(["TheStep"])}.");
        var sources = new List<SourceModel>();
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i];
            var node = Find(name);
            if (node < 0)
            {
                return Fault(
                    GraphRules.NoProducer,
                    parameter,
                    i,
                    $"`{parameter.Name}` of {owner} is to come from `{name}`, which is no step of this workflow. {Producers(parameter)}");
            }
            consumed[node] |= isRead;
            if (draft.Nodes[node].Output is not { } output || !TypeMatch.Feeds(output, parameter, out var conversion))
            {
                return Fault(
                    GraphRules.NoProducer,
                    parameter,
                    i,
                    $"`{parameter.Name}` of {owner} takes {Wanted(parameter)}, but `{name}` gives {Given(draft.Nodes[node])}. {Producers(parameter)}");
            }
            var source = new SourceModel(node, conversion);
            if (!sources.Contains(source))
                sources.Add(source);
        }
        return EquatableArray.From(sources);
    }

    private EquatableArray<SourceModel> FromInput(string owner, ParameterDraft parameter)
    {
        if (TypeMatch.Feeds(draft.Input, parameter, out var conversion))
            return [new(SourceModel.Input, conversion)];
        return Fault(
            GraphRules.NoProducer,
            parameter,
            $"`{parameter.Name}` of {owner} is marked [FromInput] and takes {Wanted(parameter)}, but the workflow's input is `{draft.Input.DisplayName}`. Give the parameter that type, or take the attribute away.");
    }

    private EquatableArray<SourceModel> ByType(string owner, int self, ParameterDraft parameter)
    {
        var sources = new List<SourceModel>();
        if (TypeMatch.Feeds(draft.Input, parameter, out var fromInput))
            sources.Add(new(SourceModel.Input, fromInput));
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            var producer = draft.Nodes[node];
            if (node != self && !producer.IsCondition && producer.Output is { } output && TypeMatch.Feeds(output, parameter, out var conversion))
                sources.Add(new(node, conversion));
        }
        if (sources.Count == 0)
        {
            return parameter.Kind != ParameterKind.ForEachElement && IsGivenAstray(parameter.Type)
                ? default
                : Fault(GraphRules.NoProducer, parameter, $"Nothing gives {Wanted(parameter)}, which `{parameter.Name}` of {owner} takes. {Producers(parameter, self)}");
        }
        if (sources.Count > 1)
        {
            IsAmbiguous = true;
            ambiguities.Add(new(faults.Count, owner, self, parameter, sources));
            return Fault(GraphRules.AmbiguousProducer, parameter, "");
        }
        if (!sources[0].IsInput)
            consumed[sources[0].Node] = true;
        return EquatableArray.From(sources);
    }

    private string Ambiguous(Ambiguity ambiguity, DependencyGraph dependencies, out EquatableArray<string> choices)
    {
        var (owner, parameter) = (ambiguity.Owner, ambiguity.Parameter);
        var steps = new List<string>();
        var later = new List<string>();
        var shown = new List<string>();
        var remedy = new List<string>();
        foreach (var source in ambiguity.Sources)
        {
            if (source.IsInput)
            {
                shown.Add("the input");
                remedy.Add("`[FromInput]`");
                continue;
            }
            var name = draft.Nodes[source.Node].Name;
            shown.Add(Wording.Code(name));

            // What itself waits for the one that asks would be a cycle.
            (dependencies.Waits(source.Node, ambiguity.Self) ? later : steps).Add(name);
        }
        var marks = steps.ConvertAll(static step => $"From(nameof({TypeReader.Identifier(step)}))");
        if (remedy.Count > 0)
            marks.Add("FromInput");
        choices = EquatableArray.From(marks);
        if (steps.Count > 0)
            remedy.Insert(0, Wording.From([steps[0]]));
        var choice = remedy.Count > 0 ? $" Name one with {Wording.List(remedy, "or")}." : " Add a step that gives it beforehand, or take another type.";
        var merge = steps.Count > 1 ? $" If only one of them ever runs, merge them: {Wording.From(steps)}." : "";
        var cycle = later.Count > 0 ? $" {Wording.List(later.ConvertAll(Wording.Code))} cannot be it: {(later.Count == 1 ? "it waits" : "they wait")} for {owner}." : "";
        return $"Several producers give {Wanted(parameter)}, which `{parameter.Name}` of {owner} takes: {Wording.List(shown)}.{choice}{merge}{cycle}";
    }

    /// <summary>Whether a node has a [ForEach] parameter for which there is nothing to go over.</summary>
    private bool IsAstray(int node)
    {
        foreach (var parameter in draft.Nodes[node].Parameters)
        {
            if (parameter.Kind == ParameterKind.ForEachElement && !HasProducer(node, parameter))
                return true;
        }
        return false;
    }

    private bool HasProducer(int self, ParameterDraft parameter)
    {
        if (parameter.From is { } names)
        {
            foreach (var name in names)
            {
                if (Find(name) is var named && (named < 0 || draft.Nodes[named].Output is not { } output || !TypeMatch.Feeds(output, parameter, out _)))
                    return false;
            }
            return true;
        }
        if (TypeMatch.Feeds(draft.Input, parameter, out _))
            return true;
        for (var node = 0; node < draft.Nodes.Length && !parameter.FromInput; node++)
        {
            if (node != self && draft.Nodes[node] is { IsCondition: false, Output: { } given } && TypeMatch.Feeds(given, parameter, out _))
                return true;
        }
        return false;
    }

    private EquatableArray<SourceModel> Fault(string rule, ParameterDraft parameter, string message)
    {
        faults.Add(new(rule, parameter.Location, message));
        return default;
    }

    /// <summary>A name in <c>[From]</c> that cannot be it, with those that can.</summary>
    private EquatableArray<SourceModel> Fault(string rule, ParameterDraft parameter, int named, string message)
    {
        var isPlaced = named < parameter.FromLocations.Length;
        var choices = new List<string>();
        foreach (var producer in draft.Nodes)
        {
            if (isPlaced && producer.Output is { } output && TypeMatch.Feeds(output, parameter, out _) && parameter.From?.Contains(producer.Name) != true)
                choices.Add($"nameof({TypeReader.Identifier(producer.Name)})");
        }
        faults.Add(new(rule, isPlaced ? parameter.FromLocations[named] : parameter.Location, message) { Choices = EquatableArray.From(choices) });
        return default;
    }

    private static string Wanted(ParameterDraft parameter) =>
        parameter.Kind == ParameterKind.ForEachElement ? $"elements of `{parameter.Type.DisplayName}`" : Wording.Code(parameter.Type.DisplayName);

    private static string Given(NodeDraft node) => node.Output is { } output ? Wording.Code(output.DisplayName) : "nothing";

    /// <summary>What would fit, or nearly; else what there is.</summary>
    private string Producers(ParameterDraft parameter, int self = SourceModel.Input)
    {
        var fitting = new List<string>();
        var near = "";
        var all = new List<string>();
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            var producer = draft.Nodes[node];
            if (producer.Output is not { } output)
                continue;
            if (TypeMatch.Feeds(output, parameter, out _))
            {
                if (node == self)
                    near = $"`{producer.Name}` gives it itself, and a step never feeds itself. ";
                else
                    fitting.Add(Wording.Code(producer.Name));
            }
            else if (parameter.Kind != ParameterKind.ForEachElement && TypeMatch.GivesElements(output, parameter.Type))
            {
                near = $"`{producer.Name}` gives `{output.DisplayName}`: mark the parameter [ForEach] to run once an element, or take the sequence. ";
            }
            else if (parameter.Kind == ParameterKind.ForEachElement && output.Name == parameter.Type.Name)
            {
                near = $"`{producer.Name}` gives one `{output.DisplayName}`: take [ForEach] away, or return a sequence. ";
            }
            if (!producer.IsCondition)
                all.Add($"`{producer.Name}` (`{output.DisplayName}`)");
        }
        if (fitting.Count > 0)
            return $"{near}Steps that give it: {Wording.List(fitting)}.";
        var steps = all.Count > 0 ? $"; the steps give: {Wording.List(all)}" : "";
        return $"{near}Types match exactly. The input is `{draft.Input.DisplayName}`{steps}. Add a step that returns it, or change the parameter's type.";
    }

    /// <summary>A parameter that has several producers.</summary>
    private sealed record Ambiguity(int Fault, string Owner, int Self, ParameterDraft Parameter, List<SourceModel> Sources);
}
