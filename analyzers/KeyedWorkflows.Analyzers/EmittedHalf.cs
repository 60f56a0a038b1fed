using KeyedWorkflows.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers;

/// <summary>
/// Looks at what the generator has emitted for a workflow. The analyzers see the files of all generators, and the generator only the author's: what another one makes is missing there, and the emitted half throws.
/// </summary>
internal static class EmittedHalf
{
    private const string ExecutorBase = "WorkflowExecutor";

    /// <summary>Whether a class that is sound here was not sound to the generator. Of a class that the generator has not read (yet) nothing is said.</summary>
    public static bool IsFaulty(INamedTypeSymbol type, Compilation compilation, CancellationToken ct) =>
        !HasExecutor(type) && IsEmitted(ClassReader.HintNameOf(type, KnownSymbols.Of(compilation)) + ".g.cs", compilation, ct);

    private static bool HasExecutor(INamedTypeSymbol type)
    {
        foreach (var nested in type.GetTypeMembers())
        {
            if (nested.BaseType is { Name: ExecutorBase, ContainingNamespace: { Name: "Runtime", ContainingNamespace.Name: "KeyedWorkflows" } })
                return true;
        }
        return false;
    }

    private static bool IsEmitted(string file, Compilation compilation, CancellationToken ct)
    {
        foreach (var tree in compilation.SyntaxTrees)
        {
            ct.ThrowIfCancellationRequested();
            var path = tree.FilePath;
            if (path.EndsWith(file, StringComparison.Ordinal) && (path.Length == file.Length || path[path.Length - file.Length - 1] is '/' or '\\'))
                return true;
        }
        return false;
    }
}
