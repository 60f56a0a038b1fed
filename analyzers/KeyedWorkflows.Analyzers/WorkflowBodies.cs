using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Analyzers;

/// <summary>
/// Registers what looks into the members of certain classes. An action that is registered for all members makes the compiler build the operations of all of them, which costs more than what is done with them: most code is no workflow's.
/// </summary>
internal static class WorkflowBodies
{
    /// <summary>Looks into the members of the classes that are meant; those that are nested in one are asked for themselves.</summary>
    public static void Register(CompilationStartAnalysisContext start, Func<INamedTypeSymbol, bool> isMeant, Action<OperationBlockStartAnalysisContext> action)
    {
        if (!SdkUse.IsPossible(start.Compilation, start.CancellationToken))
            return;
        start.RegisterSymbolStartAction(
            symbol =>
            {
                if (isMeant((INamedTypeSymbol)symbol.Symbol))
                    symbol.RegisterOperationBlockStartAction(action);
            },
            SymbolKind.NamedType);
    }

    /// <summary>Looks into the members of classes that are marked.</summary>
    public static void Register(CompilationStartAnalysisContext start, INamedTypeSymbol mark, Action<OperationBlockStartAnalysisContext> action) =>
        Register(start, type => Attributes.Find(type, mark) is not null, action);
}
