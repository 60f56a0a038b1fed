namespace KeyedWorkflows.Generators.Emitting;

/// <summary>A chain of a region: its nodes run one after the other, beside those of the other chains.</summary>
/// <param name="Nodes">The nodes, in order.</param>
/// <param name="WaitsFor">The chains of the same region, by number, that must have ended before the first node starts. All of them are before this one.</param>
internal sealed record PlanFork(IReadOnlyList<int> Nodes, IReadOnlyList<int> WaitsFor)
{
    public override string ToString()
    {
        var text = "";
        foreach (var fork in WaitsFor)
            text += (text.Length == 0 ? "" : ",") + Numbers.Of(fork);
        if (text.Length > 0)
            text += ">";
        foreach (var node in Nodes)
            text += (text.Length == 0 || text[text.Length - 1] == '>' ? "" : "-") + Numbers.Of(node);
        return text;
    }
}
