using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>Finds the steps that give the run's output, and proves that exactly one of them does, whatever the conditions answer.</summary>
internal sealed class OutputProof(GraphDraft draft, Presence presence, ProducerResolver resolver, List<GraphFault> faults)
{
    /// <summary>Comes before the name of a step that is to be marked.</summary>
    public const string OutputMark = "Output@";

    private string Output => Wording.Code(draft.Output.DisplayName);

    /// <summary>The steps that give the output; none where there is a fault.</summary>
    /// <param name="neverRuns">The nodes that never run: a fault already, which must not lead to another.</param>
    public EquatableArray<SourceModel> Find(IReadOnlyList<bool> neverRuns)
    {
        var sources = Marked(out var isMarked, out var location);
        if (!isMarked)
            sources = Unconsumed();
        if (sources.IsEmpty)
            return default;
        foreach (var source in sources)
        {
            if (neverRuns[source.Node])
                return sources;
        }
        if (!presence.AreExclusive(sources, out var clash))
        {
            faults.Add(isMarked
                ? new(
                    GraphRules.MergeNotExclusive,
                    location,
                    $"Several steps are marked [Output], of which only one may run, but {MergeProof.Describe(draft, clash)}. Mark one of them, or put them under answers of one condition that exclude each other.")
                : new(
                    GraphRules.AmbiguousProducer,
                    location,
                    $"Several steps give the output {Output} and no other step takes it: {Wording.List(Names(sources))}; and {MergeProof.Describe(draft, clash)}. Mark the one that counts with [Output].") { Choices = Marks(sources) });
            return default;
        }
        if (!presence.IsAlwaysPresent(sources, out var when, out var why))
        {
            faults.Add(new(GraphRules.OutputNotProduced, isMarked ? location : Place(sources), NotProduced(sources, when, why)));
            return default;
        }
        return sources;
    }

    private EquatableArray<SourceModel> Marked(out bool isMarked, out int location)
    {
        isMarked = false;
        location = draft.Location;
        var sources = new List<SourceModel>();
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            var step = draft.Nodes[node];
            if (!step.IsOutput)
                continue;
            isMarked = true;
            location = step.Location;
            if (step.Output is { } output && TypeMatch.Converts(output, draft.Output, out var conversion))
            {
                sources.Add(new(node, conversion));
                continue;
            }
            faults.Add(new(
                GraphRules.NoProducer,
                step.Location,
                $"`{step.Name}` is marked [Output] and gives {(step.Output is { } given ? Wording.Code(given.DisplayName) : "nothing")}, but the workflow's output is {Output}. Mark a step that returns {Output}, or change the workflow's output type."));
            return default;
        }
        return EquatableArray.From(sources);
    }

    private EquatableArray<SourceModel> Unconsumed()
    {
        var sources = new List<SourceModel>();
        var consumed = new List<string>();
        var marks = new List<string>();
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            var step = draft.Nodes[node];
            if (step.IsCondition || step.Output is not { } output || !TypeMatch.Converts(output, draft.Output, out var conversion))
                continue;
            if (resolver.Consumed[node])
            {
                consumed.Add(Wording.Code(step.Name));
                marks.Add(OutputMark + step.Name);
            }
            else
                sources.Add(new(node, conversion));
        }
        if (sources.Count > 0)
            return EquatableArray.From(sources);
        faults.Add(new(
            GraphRules.NoProducer,
            draft.Location,
            consumed.Count > 0
                ? $"The workflow's output is {Output}, and every step that gives it feeds another: {Wording.List(consumed)}. Mark the one whose result is the output with [Output]."
                : $"No step gives the workflow's output {Output}. Add a step that returns it.")
        {
            Choices = EquatableArray.From(marks),
        });
        return default;
    }

    private string NotProduced(EquatableArray<SourceModel> sources, string? when, string why)
    {
        var names = Names(sources);
        if (when is null)
            return $"It could not be proven that the output {Output} is always produced by {Wording.List(names, "or")}: the conditions are too entangled to be worked out. Use fewer conditions, or move a part to a sub-workflow.";
        var remedy = sources.Length == 1
            ? "Let the step run always (its parameters nullable, no condition of its own, not optional), or mark another step for the other case with [Output]."
            : "Give the case that is left a step of its own (Otherwise = true, or Unless) and mark it with [Output].";
        return $"The output {Output} is not always produced: {Wording.List(names, "or")} gives none when {when}.{why} {remedy}";
    }

    private int Place(EquatableArray<SourceModel> sources) => sources.Length == 1 ? draft.Nodes[sources[0].Node].Location : draft.Location;

    private EquatableArray<string> Marks(EquatableArray<SourceModel> sources)
    {
        var marks = new List<string>();
        foreach (var source in sources)
            marks.Add(OutputMark + draft.Nodes[source.Node].Name);
        return EquatableArray.From(marks);
    }

    private List<string> Names(EquatableArray<SourceModel> sources)
    {
        var names = new List<string>();
        foreach (var source in sources)
            names.Add(Wording.Code(draft.Nodes[source.Node].Name));
        return names;
    }
}
