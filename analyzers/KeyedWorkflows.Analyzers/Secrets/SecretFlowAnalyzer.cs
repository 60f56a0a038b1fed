using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>
/// Reports where a key gets that others read (KW2003): in a workflow's class, and in each within it, across its members; elsewhere within the member that reveals a secret.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SecretFlowAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.SecretFlowsOut];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (SecretSymbols.Create(start.Compilation) is not { } known || !SdkUse.IsPossible(start.Compilation, start.CancellationToken))
                return;
            start.RegisterSymbolStartAction(symbol => OfClass(symbol, known), SymbolKind.NamedType);
            NamedCalls.Register(start, operation => OfMember(operation, known), "Reveal");
        });
    }

    private static void OfClass(SymbolStartAnalysisContext context, SecretSymbols known)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (known.WorkflowOf(type) is not { } workflow)
            return;
        var found = new ConcurrentBag<(ISymbol Member, ImmutableArray<IOperation> Blocks)>();
        context.RegisterOperationBlockAction(block => found.Add((block.OwningSymbol, block.OperationBlocks)));
        context.RegisterSymbolEndAction(end =>
        {
            var bodies = new Dictionary<ISymbol, List<IOperation>>(SymbolEqualityComparer.Default);

            // They come in any order. Read in that of the code, a large class is told the same in every build.
            var ordered = new List<(ISymbol Member, ImmutableArray<IOperation> Blocks)>(found);
            ordered.Sort(static (one, other) => ByPlace(one.Blocks[0].Syntax, other.Blocks[0].Syntax));
            foreach (var (member, blocks) in ordered)
            {
                if (!bodies.TryGetValue(member, out var all))
                    bodies.Add(member, all = []);
                all.AddRange(blocks);
            }
            new KeyFlow(known, bodies, end.CancellationToken).Run((place, operation, member) => Report(end.ReportDiagnostic, place, operation, member, known));
            if (SymbolEqualityComparer.Default.Equals(type, workflow))
                new PromptKeys(known, end).Check(workflow);
        });
    }

    private static int ByPlace(SyntaxNode one, SyntaxNode other) =>
        string.CompareOrdinal(one.SyntaxTree.FilePath, other.SyntaxTree.FilePath) is not 0 and var byFile ? byFile : one.SpanStart.CompareTo(other.SpanStart);

    private static void OfMember(NamedOperation context, SecretSymbols known)
    {
        var reveal = (IInvocationOperation)context.Operation;
        if (!known.IsReveal(reveal.TargetMethod) || known.WorkflowOf(context.ContainingSymbol.ContainingType) is not null)
            return;
        var root = LocalTrace.RootOf(reveal);

        // A member is read once, for the first secret that it reveals.
        foreach (var operation in root.Descendants())
        {
            if (operation is not IInvocationOperation call || !known.IsReveal(call.TargetMethod))
                continue;
            if (call != reveal)
                return;
            break;
        }
        var bodies = new Dictionary<ISymbol, List<IOperation>>(SymbolEqualityComparer.Default) { [context.ContainingSymbol] = [root] };
        new KeyFlow(known, bodies, context.CancellationToken).Run((place, operation, member) => Report(context.ReportDiagnostic, place, operation, member, known));
    }

    private static void Report(Action<Diagnostic> report, KeyPlace place, IOperation carrier, IMethodSymbol? member, SecretSymbols known)
    {
        // Where the secret is revealed right there, it can be shown instead of its key.
        var reveals = new List<Location>();
        if (place is KeyPlace.Log or KeyPlace.Console or KeyPlace.Trace or KeyPlace.Exception or KeyPlace.Prompt)
        {
            foreach (var part in carrier.DescendantsAndSelf())
            {
                if (part is IInvocationOperation call && known.IsReveal(call.TargetMethod))
                    reveals.Add(call.Syntax.GetLocation());
            }
        }
        report(Diagnostic.Create(Rules.SecretFlowsOut, carrier.Syntax.GetLocation(), reveals, Message(place, member)));
    }

    private static string Message(KeyPlace place, IMethodSymbol? member) => place switch
    {
        KeyPlace.Log => "A key is logged here, and logs are read by others than the one whose key it is. Log the Secret itself, which shows a mark, or RunContext.ProfileName.",
        KeyPlace.Console => "A key is printed here, and what is printed is kept and read by others. Print the Secret itself, which shows a mark, or RunContext.ProfileName.",
        KeyPlace.Trace => "A key is traced here, and traces are read by others than the one whose key it is. Leave it out, or trace RunContext.ProfileName.",
        KeyPlace.Exception => "A key gets into an exception here, whose text ends up in logs and records. Name the profile instead: RunContext.ProfileName.",
        KeyPlace.Prompt => "A key gets into a prompt here, and so to the model's provider, its logs and its answers. Take it out: what a model needs a key for is done by a tool.",
        KeyPlace.Answer => $"Tool `{member?.Name}` tells the model a key, which can come back in any answer. Return what the key was needed for.",
        _ => $"`{member?.Name}` returns a key, and the results of steps are kept in records and events. Return what the key was needed for, or the Secret itself.",
    };
}
