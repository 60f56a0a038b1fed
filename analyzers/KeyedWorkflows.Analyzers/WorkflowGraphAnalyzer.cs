using System.Collections.Concurrent;
using System.Collections.Immutable;
using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Analyzers;

/// <summary>Reports what is wrong with workflow classes and the prompt files they name. Reads them with the generator's own parser, so that the two never disagree.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WorkflowGraphAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Rules.OfWorkflows;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Workflow) is not { } workflow || !SdkUse.IsPossible(start.Compilation, start.CancellationToken))
                return;
            var names = new ConcurrentBag<NamedWorkflow>();
            start.RegisterSymbolAction(symbol => Analyze(symbol, workflow, names), SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end => ReportDuplicates(end, names));
        });
    }

    private static void Analyze(SymbolAnalysisContext context, INamedTypeSymbol workflow, ConcurrentBag<NamedWorkflow> names)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var attribute = Attributes.Find(type, workflow);
        var parse = attribute is null ? WorkflowParser.ParseUnmarked(type, context.Compilation, context.CancellationToken) : WorkflowParser.Check(type, context.Compilation, context.CancellationToken);
        foreach (var fault in parse.Faults)
        {
            if (Rules.Find(fault.Rule) is { } rule)
                context.ReportDiagnostic(Diagnostic.Create(rule, Places.Of(fault.Location, type, context.Compilation), FixChoices.Of(fault.Choices), fault.Message));
        }
        if (attribute is null || parse.Model is not { } model)
            return;
        names.Add(new(model.Name, model.DisplayName, Places.OfFirstArgument(attribute, type, context.CancellationToken)));
        if (model.IsFaulty)
            return;
        new PromptFileCheck(context, type).Check(model);
        if (EmittedHalf.IsFaulty(type, context.Compilation, context.CancellationToken))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.Class,
                ParseScope.PlaceOf(type),
                $"`{type.Name}` cannot run: something that it uses was not there yet when it was read, such as a type or member that another generator makes. Generators do not see each other's files: write it by hand, or have it made in another project."));
        }
    }

    /// <summary>The first by its place keeps the name; the others are told.</summary>
    private static void ReportDuplicates(CompilationAnalysisContext context, ConcurrentBag<NamedWorkflow> names)
    {
        var ordered = new List<NamedWorkflow>(names);
        ordered.Sort(NamedWorkflow.ByPlace);
        var first = new Dictionary<string, NamedWorkflow>(StringComparer.Ordinal);
        foreach (var named in ordered)
        {
            if (!first.TryGetValue(named.Name, out var other))
                first.Add(named.Name, named);
            else
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.DuplicateName,
                    named.Location,
                    $"The name '{named.Name}' is that of `{other.Class}` already. Calls, records and metrics find a workflow by its name: give `{named.Class}` another."));
        }
    }
}
