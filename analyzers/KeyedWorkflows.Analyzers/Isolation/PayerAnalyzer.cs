using System.Collections.Immutable;
using KeyedWorkflows.Analyzers.Secrets;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Reports what pays past the run's own binding, or lets a model say for whom a tool works (KW4003).</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PayerAnalyzer : DiagnosticAnalyzer
{
    private static readonly HashSet<string> NamesOfPayers = new(StringComparer.OrdinalIgnoreCase)
    {
        "tenant", "tenantId", "tenantName", "client", "clientId", "clientName", "profile", "profileId", "profileName", "credential", "credentialId", "apiKey",
    };

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.OtherPayer];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Workflow) is not { } workflow)
                return;
            var clients = ModelClientTypes.Of(start.Compilation);
            var tool = start.Compilation.GetTypeByMetadataName(KnownNames.Tool);
            start.RegisterSymbolAction(symbol => OfConstructors(symbol, workflow, clients), SymbolKind.NamedType);
            start.RegisterSymbolAction(symbol => OfTool(symbol, workflow, tool), SymbolKind.Method);
            WorkflowBodies.Register(start, workflow, block =>
            {
                if (block.OwningSymbol is IMethodSymbol method && Attributes.Find(method.ContainingType, workflow) is not null)
                    block.RegisterOperationAction(operation => OfLocator(operation, method, clients), OperationKind.Invocation);
            });
        });
    }

    private static void OfConstructors(SymbolAnalysisContext context, INamedTypeSymbol workflow, ModelClientTypes clients)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (Attributes.Find(type, workflow) is null)
            return;
        foreach (var constructor in type.InstanceConstructors)
        {
            foreach (var parameter in constructor.Parameters)
            {
                if (clients.IsModelClient(parameter.Type) || Gives(parameter.Type, clients))
                    Report(context.ReportDiagnostic, parameter, $"`{type.Name}` takes a model client by its constructor: it pays with one key for every run. Take it as a parameter of the step, which is given the run's own.");
                else if (ProviderTypes.IsClient(parameter.Type))
                    Report(context.ReportDiagnostic, parameter, $"`{type.Name}` takes a provider's client by its constructor: it pays with one key for every run. Take an IChatClient as a parameter of the step, which is given the run's own.");
                else if (ModelClientTypes.IsWorkflowClient(parameter.Type))
                    Report(context.ReportDiagnostic, parameter, $"`{type.Name}` takes the client of a workflow by its constructor: a run that it starts is bound anew, and not to this run's payer. Use [SubWorkflow], which carries the binding.");
            }
        }
    }

    /// <summary>What hands model clients out: <c>Func&lt;string, IChatClient&gt;</c>, <c>Lazy&lt;IChatClient&gt;</c>, all that are registered.</summary>
    private static bool Gives(ITypeSymbol type, ModelClientTypes clients) => type is INamedTypeSymbol { TypeArguments: { Length: > 0 } arguments, Name: "Func" or "Lazy" or "IEnumerable" or "IReadOnlyList" or "IReadOnlyCollection" or "IReadOnlyDictionary" or "IDictionary" or "Dictionary" }
        && type.IsIn("System") && clients.IsModelClient(arguments[arguments.Length - 1]);

    private static void OfTool(SymbolAnalysisContext context, INamedTypeSymbol workflow, INamedTypeSymbol? tool)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (Attributes.Find(method, tool) is null || Attributes.Find(method.ContainingType, workflow) is null)
            return;
        foreach (var parameter in method.Parameters)
        {
            if (NamesOfPayers.Contains(parameter.Name.Replace("_", "")) && IsPlain(parameter.Type) && !IsFromRun(parameter))
                Report(context.ReportDiagnostic, parameter, $"The model chooses `{parameter.Name}` of tool `{method.Name}`, and so whose data it reaches. Take a RunContext, and use its Tenant or ProfileName.");
        }
    }

    private static void OfLocator(OperationAnalysisContext context, IMethodSymbol method, ModelClientTypes clients)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("GetService" or "GetRequiredService" or "GetKeyedService" or "GetRequiredKeyedService" or "GetServices" or "GetKeyedServices") || Asked(call) is not { } asked)
            return;
        if (clients.IsModelClient(asked) && !IsOfClient(call, clients))
            context.ReportDiagnostic(Diagnostic.Create(Rules.OtherPayer, call.Syntax.GetLocation(), $"`{NameOf(method)}` takes a model client from the services: it pays with one key for every run. Take it as a parameter of the step, which is given the run's own."));
        else if (ModelClientTypes.IsWorkflowClient(asked))
            context.ReportDiagnostic(Diagnostic.Create(Rules.OtherPayer, call.Syntax.GetLocation(), $"`{NameOf(method)}` takes the client of a workflow from the services: a run that it starts is bound anew, and not to this run's payer. Use [SubWorkflow], which carries the binding."));
    }

    /// <summary>The type that a call asks for, as its type argument or by <c>typeof</c>.</summary>
    private static ITypeSymbol? Asked(IInvocationOperation call)
    {
        if (call.TargetMethod.TypeArguments is [var asked])
            return asked;
        foreach (var argument in call.Arguments)
        {
            if (Storage.Bare(argument.Value) is ITypeOfOperation { TypeOperand: var type })
                return type;
        }
        return null;
    }

    /// <summary>What a model client is asked for is its own: it hands out nothing that pays otherwise.</summary>
    private static bool IsOfClient(IInvocationOperation call, ModelClientTypes clients) =>
        clients.IsModelClient((call.Instance ?? (call.Arguments.Length > 0 ? Storage.Bare(call.Arguments[0].Value) : null))?.Type);

    private static string NameOf(IMethodSymbol method) => method.MethodKind == MethodKind.Constructor ? method.ContainingType.Name : method.AssociatedSymbol?.Name ?? method.Name;

    private static bool IsPlain(ITypeSymbol type) =>
        type.SpecialType is SpecialType.System_String or SpecialType.System_Int32 or SpecialType.System_Int64 || type.Name == "Guid";

    private static bool IsFromRun(IParameterSymbol parameter)
    {
        foreach (var attribute in parameter.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "FromAttribute" or "FromInputAttribute", ContainingNamespace: { Name: "KeyedWorkflows", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }
        return false;
    }

    private static void Report(Action<Diagnostic> report, IParameterSymbol parameter, string message) =>
        report(Diagnostic.Create(Rules.OtherPayer, parameter.Locations.Length > 0 ? parameter.Locations[0] : Location.None, message));
}
