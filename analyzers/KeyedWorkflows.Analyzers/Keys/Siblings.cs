using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>Finds a node among its siblings.</summary>
internal static class Siblings
{
    /// <summary>The place of a node in a list, below zero where it is not in it. By its position: to look through a table for each of its entries takes minutes.</summary>
    public static int PlaceOf<T>(this SeparatedSyntaxList<T> list, SyntaxNode node)
        where T : SyntaxNode
    {
        var first = 0;
        var end = list.Count;
        while (first < end)
        {
            var middle = (first + end) / 2;
            if (list[middle].FullSpan.Start < node.FullSpan.Start)
                first = middle + 1;
            else
                end = middle;
        }

        // What is missing has no width, and begins where the next one does.
        for (; first < list.Count && list[first].FullSpan.Start == node.FullSpan.Start; first++)
        {
            if (list[first] == node)
                return first;
        }
        return -1;
    }
}
