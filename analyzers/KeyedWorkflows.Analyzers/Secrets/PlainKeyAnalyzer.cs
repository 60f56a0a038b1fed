using System.Collections.Concurrent;
using System.Collections.Immutable;
using KeyedWorkflows.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Reports keys that a workflow's input takes as plain text (KW2004): at the property, or at the workflow where the input is of another assembly.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PlainKeyAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property by which the fix learns the slot that the key may speak for.</summary>
    internal const string Slot = "slot";

    private const int Deepest = 3;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.PlainKeyInput];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (SecretSymbols.Create(start.Compilation) is not { } known || start.Compilation.GetTypeByMetadataName(KnownNames.WorkflowOf) is not { } workflowOf || !SdkUse.IsPossible(start.Compilation, start.CancellationToken))
                return;
            var marks = new InputMarks(start.Compilation);

            // Two workflows may take one input.
            var said = new ConcurrentDictionary<ISymbol, bool>(SymbolEqualityComparer.Default);
            start.RegisterSymbolAction(symbol => Analyze(symbol, known, workflowOf, marks, said), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, SecretSymbols known, INamedTypeSymbol workflowOf, InputMarks marks, ConcurrentDictionary<ISymbol, bool> said)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (Attributes.Find(type, known.Workflow) is null)
            return;
        foreach (var implemented in type.AllInterfaces)
        {
            if (SymbolEqualityComparer.Default.Equals(implemented.OriginalDefinition, workflowOf) && implemented.TypeArguments[0] is INamedTypeSymbol input)
                Check(input, IsOnly(input) ? marks.OnlyFreeSlot(type, input) : null, 0);
        }

        void Check(INamedTypeSymbol holder, string? slot, int depth)
        {
            if (holder.SpecialType != SpecialType.None || holder.TypeKind is TypeKind.Error or TypeKind.Enum || holder.IsIn("System"))
                return;
            foreach (var (property, parameter) in InputMembers.Of(holder))
            {
                if (property.Type.SpecialType == SpecialType.System_String)
                {
                    // What is marked [ApiKey] and is no Secret is an error already.
                    if (KeyNames.Says(property.Name) && !marks.IsKey(property) && !(parameter is not null && marks.IsKey(parameter)))
                        Report(property, slot);
                }
                else if (depth + 1 < Deepest && ElementOf(TypeReader.Strip(property.Type)) is INamedTypeSymbol inner && !SymbolEqualityComparer.Default.Equals(inner, holder))
                {
                    Check(inner, null, depth + 1);
                }
            }
        }

        // A list is as its elements are.
        static ITypeSymbol ElementOf(ITypeSymbol type) => type switch
        {
            IArrayTypeSymbol array => TypeReader.Strip(array.ElementType),
            INamedTypeSymbol { TypeArguments: { Length: > 0 } arguments } collection when collection.IsIn("System.Collections") => TypeReader.Strip(arguments[arguments.Length - 1]),
            _ => type,
        };

        // Of two keys nobody knows which one pays.
        static bool IsOnly(INamedTypeSymbol input)
        {
            var count = 0;
            foreach (var (property, _) in InputMembers.Of(input))
                count += property.Type.SpecialType == SpecialType.System_String && KeyNames.Says(property.Name) ? 1 : 0;
            return count == 1;
        }

        void Report(IPropertySymbol property, string? slot)
        {
            var isHere = property.Locations is [{ IsInSource: true }, ..];
            if (isHere && !said.TryAdd(property, true))
                return;
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.PlainKeyInput,
                isHere ? property.Locations[0] : Places.OfType(type),
                isHere && slot is not null ? ImmutableDictionary<string, string?>.Empty.Add(Slot, slot) : null,
                isHere
                    ? $"`{property.Name}` takes a key as plain text, which is written down wherever the input is. Make it a Secret; where it pays for the run's model calls, mark it [ApiKey]."
                    : $"The input of `{type.Name}` takes a key as plain text: `{property.ContainingType.Name}.{property.Name}`, which is written down wherever the input is. Make it a Secret where it is declared, or give the workflow an input of its own."));
        }
    }
}
