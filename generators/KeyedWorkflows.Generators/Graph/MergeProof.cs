using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>Proves of each merge that no two of its steps can have run.</summary>
internal sealed class MergeProof(GraphDraft draft, Presence presence, List<GraphFault> faults)
{
    /// <summary>Reports the merges for which that does not hold.</summary>
    /// <param name="nodes">The sources by node and parameter.</param>
    /// <param name="tools">The sources by tool and parameter.</param>
    public void Check(EquatableArray<SourceModel>[][] nodes, EquatableArray<SourceModel>[][] tools)
    {
        for (var node = 0; node < nodes.Length; node++)
            Check(Wording.Code(draft.Nodes[node].Name), draft.Nodes[node].Parameters, nodes[node]);
        for (var tool = 0; tool < tools.Length; tool++)
            Check($"the tool `{draft.Tools[tool].Name}`", draft.Tools[tool].Parameters, tools[tool]);
    }

    private void Check(string owner, EquatableArray<ParameterDraft> parameters, EquatableArray<SourceModel>[] sources)
    {
        for (var i = 0; i < sources.Length; i++)
        {
            if (sources[i].Length < 2 || presence.AreExclusive(sources[i], out var clash))
                continue;
            faults.Add(new(
                GraphRules.MergeNotExclusive,
                parameters[i].Location,
                $"`{parameters[i].Name}` of {owner} merges steps of which only one may run, but {Describe(draft, clash)}. "
                + "Put them under answers of one condition that exclude each other (When and Unless, or Is and Otherwise), or take them as parameters of their own."));
        }
    }

    /// <summary>Which two run together, and when.</summary>
    public static string Describe(GraphDraft draft, Presence.Clash clash)
    {
        var first = Wording.Code(draft.Nodes[clash.First.Node].Name);
        var second = Wording.Code(draft.Nodes[clash.Second.Node].Name);
        return clash.When switch
        {
            null => $"it could not be proven that {first} and {second} exclude each other: the conditions are too entangled to be worked out",
            "" => $"{first} and {second} always both run",
            { } answers => $"{first} and {second} both run when {answers}",
        };
    }
}
