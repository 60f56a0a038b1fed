namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>A data parameter of a node.</summary>
/// <param name="Name">Its name as C# writes it.</param>
/// <param name="Type">Its type; for <paramref name="IsForEach"/> the element's.</param>
/// <param name="Sources">The places of its producers in <see cref="DrawnGraph.Nodes"/>; <see cref="Input"/> for the input. Several are a merge.</param>
/// <param name="IsNullable">It takes null for what is absent.</param>
/// <param name="IsForEach">The node runs once for each element.</param>
/// <param name="IsNamed">Its producers are named though they need not be.</param>
internal sealed record DrawnParameter(string Name, DrawnType Type, IReadOnlyList<int> Sources, bool IsNullable, bool IsForEach, bool IsNamed)
{
    public const int Input = -1;
}
