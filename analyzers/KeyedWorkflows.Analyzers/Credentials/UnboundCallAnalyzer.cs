using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>Reports calls of a workflow's client that leave a slot without a credential (KW1004).</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundCallAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UnboundCall];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.UnboundSlots) is not { } mark || HostDefault.IsIn(start.Options.AdditionalFiles, start.CancellationToken))
                return;
            var credential = start.Compilation.GetTypeByMetadataName(KnownNames.Credential);
            var methods = RunMethods.Create(start.Compilation);
            start.RegisterOperationAction(operation => Analyze(operation, mark, credential, methods), OperationKind.Invocation);
        });
    }

    private static void Analyze(OperationAnalysisContext context, INamedTypeSymbol mark, INamedTypeSymbol? credential, RunMethods? methods)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is not { Name: "RunAsync" or "StreamAsync" or "StartAsync" } method || Attributes.Find(method.ContainingType, mark) is not { } unbound || GivesCredential(method, credential))
            return;

        // What a step may not call at all is KW4003's to say.
        if (context.ContainingSymbol is IMethodSymbol caller && methods?.Contains(caller) == true)
            return;
        var slots = new List<string>();
        if (unbound.ConstructorArguments is [{ Kind: TypedConstantKind.Array } names, ..])
        {
            foreach (var name in names.Values)
                slots.Add($"`{name.Value}`");
        }
        if (slots.Count > 0)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.UnboundCall,
                call.Syntax.GetLocation(),
                $"This run has no credential for {(slots.Count == 1 ? "slot" : "slots")} {string.Join(", ", slots)}: the call gives none, and neither input, chooser nor slot names one. Give one: `{method.Name}(input, \"profile\")`, or set the slot's Default or the host's DefaultProfile."));
        }
    }

    /// <summary>What is given by a variable is given, whatever it holds when the program runs.</summary>
    private static bool GivesCredential(IMethodSymbol method, INamedTypeSymbol? credential)
    {
        foreach (var parameter in method.Parameters)
        {
            if (SymbolEqualityComparer.Default.Equals(parameter.Type, credential) || (parameter.Ordinal > 0 && parameter.Type.Name.EndsWith("Credentials", StringComparison.Ordinal)))
                return true;
        }
        return false;
    }
}
