using System.Collections.Concurrent;
using System.Collections.Immutable;
using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Reports what serves one caller at a time, and is used by steps that may run at once (KW4005).</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnsafeServiceAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property by which the fix learns which step comes first.</summary>
    internal const string First = "first";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UnsafeService];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Workflow) is not { } workflow || !SdkUse.IsPossible(start.Compilation, start.CancellationToken))
                return;
            var services = new OneAtATime(start.Compilation);
            start.RegisterSymbolStartAction(symbol => OfClass(symbol, workflow, services), SymbolKind.NamedType);
        });
    }

    private static void OfClass(SymbolStartAnalysisContext context, INamedTypeSymbol workflow, OneAtATime services)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (Attributes.Find(type, workflow) is null)
            return;
        var uses = new ConcurrentBag<MemberUses>();
        context.RegisterOperationBlockAction(block =>
        {
            if (block.OwningSymbol is IMethodSymbol { MethodKind: not MethodKind.Constructor } method && SymbolEqualityComparer.Default.Equals(method.ContainingType, type))
                uses.Add(MemberUses.Of(method, block.OperationBlocks, services));
        });
        context.RegisterSymbolEndAction(end =>
        {
            var all = ServiceUses.Of(uses);
            if (all.IsEmpty || WorkflowParser.Check(type, end.Compilation, end.CancellationToken).Model is not { IsFaulty: false } model)
                return;
            var meets = new SideBySide(model);
            foreach (var service in all.Services)
                Check(end, service, all, model, meets);
        });
    }

    private static void Check(SymbolAnalysisContext context, ISymbol service, ServiceUses uses, WorkflowModel model, SideBySide meets)
    {
        for (var one = 0; one < model.Nodes.Length; one++)
        {
            for (var other = one; other < model.Nodes.Length; other++)
            {
                if (!uses.Meet(service, model, model.Nodes[one], model.Nodes[other]) || !meets.MayMeet(one, other))
                    continue;
                var (first, second) = meets.ComesFirst(other, one) ? (other, one) : (one, other);
                Report(context, service, model.Nodes[first], model.Nodes[second], uses.PlaceOf(model.Nodes[second]));
                return;
            }
        }
    }

    private static void Report(SymbolAnalysisContext context, ISymbol service, NodeModel one, NodeModel other, Location? later)
    {
        var instead = (service as IParameterSymbol)?.Type is { } type && Secrets.Names.Is(BaseOf(type), "Microsoft.EntityFrameworkCore.DbContext")
            ? "Take an IDbContextFactory, and make a context in each"
            : "Make one in each";
        context.ReportDiagnostic(Diagnostic.Create(
            Rules.UnsafeService,
            service.Locations.Length > 0 ? service.Locations[0] : Location.None,
            later is not null && one != other ? [later] : null,
            later is not null && one != other ? ImmutableDictionary<string, string?>.Empty.Add(First, one.Identifier) : null,
            one == other
                ? $"`{service.Name}` serves one caller at a time, and `{one.Name}` runs for {one.Concurrency} elements at once. {instead}, or leave Concurrency out."
                : $"`{service.Name}` serves one caller at a time, and `{one.Name}` and `{other.Name}` may run at once. {instead}, or order them: `After = [nameof({one.Name})]`."));
    }

    private static ITypeSymbol BaseOf(ITypeSymbol type)
    {
        while (type.BaseType is { SpecialType: SpecialType.None } next)
            type = next;
        return type;
    }
}
