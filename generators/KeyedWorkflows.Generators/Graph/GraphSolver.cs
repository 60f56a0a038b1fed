using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>Finds out which step feeds which, in what order they run, and what may be absent. Pure: the same draft gives the same answer.</summary>
internal static class GraphSolver
{
    /// <summary>Solves a graph. Never throws on a faulty one, and its work is bounded: what cannot be proven within the bound is a fault.</summary>
    /// <param name="draft">The graph as written.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SolvedGraph Solve(GraphDraft draft, CancellationToken cancellationToken) => throw new NotSupportedException();
}
