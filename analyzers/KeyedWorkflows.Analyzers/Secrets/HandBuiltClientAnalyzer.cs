using System.Collections.Immutable;
using System.Text;
using KeyedWorkflows.Analyzers.Isolation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Reports model clients that a workflow's class builds for itself, and calls of a provider that it makes by hand (KW2005).</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandBuiltClientAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.HandBuiltClient];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (SecretSymbols.Create(start.Compilation) is not { } known)
                return;
            WorkflowBodies.Register(start, type => known.WorkflowOf(type) is not null, block =>
            {
                if (known.WorkflowOf(block.OwningSymbol.ContainingType) is not { } workflow)
                    return;
                block.RegisterOperationAction(operation => OfCreation(operation, known.Clients, workflow), OperationKind.ObjectCreation);
                block.RegisterOperationAction(operation => OfAdapter(operation, known.Clients, workflow), OperationKind.Invocation);
                block.RegisterOperationAction(operation => OfAddress(operation, workflow), OperationKind.Literal, OperationKind.InterpolatedString, OperationKind.Binary);
            });
        });
    }

    private static void OfCreation(OperationAnalysisContext context, ModelClientTypes clients, INamedTypeSymbol workflow)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (IsBuilt(creation, clients) && !IsWithinBuilt(creation, clients))
            Report(context, creation, $"`{workflow.Name}` builds a model client: it pays with a key that no run has chosen, past limits and booking. Take the client as a parameter of the step, which is given the run's own.");
    }

    /// <summary>What makes a model client of something else, such as <c>AsIChatClient</c> of a provider's client that is at hand.</summary>
    private static void OfAdapter(OperationAnalysisContext context, ModelClientTypes clients, INamedTypeSymbol workflow)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is not { Name: "AsIChatClient" or "AsChatClient" or "AsIEmbeddingGenerator" or "AsEmbeddingGenerator", IsExtensionMethod: true }
            || !clients.IsModelClient(call.Type)
            || call.Arguments.Length == 0
            || clients.IsModelClient(Storage.Bare(call.Arguments[0].Value).Type)
            || LocalTrace.Any(call.Arguments[0].Value, operation => operation is IObjectCreationOperation creation && IsBuilt(creation, clients)))
            return;
        Report(context, call, $"`{workflow.Name}` makes a model client of a provider's own: it pays with one key for every run, past limits and booking. Take the client as a parameter of the step, which is given the run's own.");
    }

    private static void OfAddress(OperationAnalysisContext context, INamedTypeSymbol workflow)
    {
        var operation = context.Operation;
        var text = operation switch
        {
            ILiteralOperation or IBinaryOperation => operation.ConstantValue is { HasValue: true, Value: string constant } ? constant : null,
            IInterpolatedStringOperation interpolated => TextOf(interpolated),
            _ => null,
        };
        if (text is null || !text.StartsWith("http", StringComparison.OrdinalIgnoreCase) || operation.Parent is IInterpolatedStringTextOperation or IBinaryOperation { ConstantValue.HasValue: true } || !ModelAddresses.Contains(text))
            return;
        Report(context, context.Operation, $"`{workflow.Name}` calls a model's provider by hand: with a key that no run has chosen, past limits and booking. Call the client that the step is given, `chat.GetResponseAsync(…)`.");
    }

    /// <summary>An address with something in each of its holes, such as the name of a resource: <c>https://{resource}.openai.azure.com/…</c>.</summary>
    private static string TextOf(IInterpolatedStringOperation interpolated)
    {
        var text = new StringBuilder();
        foreach (var part in interpolated.Parts)
        {
            text.Append(part switch
            {
                IInterpolatedStringTextOperation { Text.ConstantValue: { HasValue: true, Value: string written } } => written,
                IInterpolationOperation { Expression.ConstantValue: { HasValue: true, Value: string constant } } => constant,
                _ => "x",
            });
        }
        return text.ToString();
    }

    /// <summary>A model client that is no layer around another, or a provider's own client.</summary>
    private static bool IsBuilt(IObjectCreationOperation creation, ModelClientTypes clients)
    {
        if (ProviderTypes.IsClient(creation.Type))
            return true;
        if (!clients.IsModelClient(creation.Type))
            return false;
        foreach (var argument in creation.Arguments)
        {
            if (LocalTrace.Any(argument.Value, operation => clients.IsModelClient(operation.Type) && operation is IParameterReferenceOperation or ILocalReferenceOperation or IInvocationOperation or IObjectCreationOperation))
                return false;
        }
        return true;
    }

    /// <summary>The client within a client was built in one go with it.</summary>
    private static bool IsWithinBuilt(IOperation creation, ModelClientTypes clients)
    {
        for (var around = creation.Parent; around is not null and not IAnonymousFunctionOperation and not IBlockOperation; around = around.Parent)
        {
            if (around is IObjectCreationOperation outer && IsBuilt(outer, clients))
                return true;
        }
        return false;
    }

    private static void Report(OperationAnalysisContext context, IOperation place, string message) =>
        context.ReportDiagnostic(Diagnostic.Create(Rules.HandBuiltClient, place.Syntax.GetLocation(), message));
}
