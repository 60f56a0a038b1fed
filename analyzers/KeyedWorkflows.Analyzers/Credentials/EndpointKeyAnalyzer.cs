using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>
/// Reports endpoints that code gives without a key of their own (KW1007): a stored profile whose endpoint is changed and whose key is kept, a credential for one run whose key is none, and a profile added without a key to a provider that
/// needs one. Configuration is not looked at: the key that belongs to an endpoint there lies in the environment or a vault.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EndpointKeyAnalyzer : DiagnosticAnalyzer
{
    private const string Endpoint = "Endpoint";
    private const string ApiKey = "ApiKey";

    /// <summary>A provider of this product that serves nobody without a key.</summary>
    private const string KeyedProvider = "openai";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.EndpointWithoutKey];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Credential) is { } credential)
                NamedCalls.Register(start, operation => OfCall(operation, credential), ApiKey, "AddProfile");
            if (start.Compilation.GetTypeByMetadataName(KnownNames.StoredProfile) is { } profile)
                NamedCalls.RegisterWith(start, operation => OfWith(operation, profile));
        });
    }

    private static void OfCall(NamedOperation context, INamedTypeSymbol credential)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name == ApiKey && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, credential))
            OfCredential(context, call);
        else if (call.TargetMethod is { Name: "AddProfile", ContainingType: { Name: "WorkflowsBuilder", ContainingNamespace: { Name: "KeyedWorkflows", ContainingNamespace.IsGlobalNamespace: true } } })
            OfAddedProfile(context, call);
    }

    private static void OfCredential(NamedOperation context, IInvocationOperation call)
    {
        IArgumentOperation? key = null;
        IArgumentOperation? endpoint = null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == 0)
                key = argument;
            else if (argument is { ArgumentKind: ArgumentKind.Explicit })
                endpoint = argument;
        }
        if (key is null || endpoint is null || IsNone(endpoint.Value) || !IsNone(key.Value))
            return;
        Report(context, endpoint.Value.Syntax, "This endpoint is given without a key: no other key is sent there, and the run is refused. Give the key that belongs to it, or leave the endpoint out.");
    }

    private static void OfAddedProfile(NamedOperation context, IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (Bare(argument.Value) is IObjectCreationOperation { Initializer: { } initializer }
                && Set(initializer, Endpoint) is { } endpoint && !IsNone(endpoint.Value)
                && Set(initializer, "Provider") is { Value.ConstantValue: { HasValue: true, Value: string provider } } && string.Equals(provider, KeyedProvider, StringComparison.OrdinalIgnoreCase)
                && (Set(initializer, ApiKey) is not { } key || IsNone(key.Value)))
            {
                Report(context, endpoint.Syntax, "This profile has an endpoint and no key, and its provider answers nobody without one: each run under it is refused. Set its ApiKey, too.");
            }
        }
    }

    private static void OfWith(NamedOperation context, INamedTypeSymbol profile)
    {
        var with = (IWithOperation)context.Operation;
        if (!SymbolEqualityComparer.Default.Equals(with.Type, profile) || with.Initializer is null || Set(with.Initializer, Endpoint) is not { } endpoint || IsNone(endpoint.Value) || SetsKey(with))
            return;
        Report(context, endpoint.Syntax, "The endpoint of this profile is changed, and its key is kept: a key that was made for one endpoint is sent to another. Set the ApiKey that belongs to it as well.");
    }

    /// <summary>Here, or in another `with` around it or within it.</summary>
    private static bool SetsKey(IWithOperation with)
    {
        IOperation? around = with;
        while (around is IWithOperation or IParenthesizedOperation or IConversionOperation)
        {
            if (around is IWithOperation { Initializer: { } initializer } && Set(initializer, ApiKey) is not null)
                return true;
            around = around.Parent;
        }
        var within = with.Operand;
        while (within is IWithOperation or IParenthesizedOperation)
        {
            if (within is IWithOperation { Initializer: { } initializer } && Set(initializer, ApiKey) is not null)
                return true;
            within = within is IWithOperation next ? next.Operand : ((IParenthesizedOperation)within).Operand;
        }
        return false;
    }

    private static ISimpleAssignmentOperation? Set(IObjectOrCollectionInitializerOperation initializer, string property)
    {
        foreach (var part in initializer.Initializers)
        {
            if (part is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name } } assignment && name == property)
                return assignment;
        }
        return null;
    }

    /// <summary>Nothing, for certain: null, a default, or a text without a character.</summary>
    private static bool IsNone(IOperation value)
    {
        value = Bare(value);
        return value.ConstantValue is { HasValue: true, Value: null } || value is IDefaultValueOperation { Type.IsReferenceType: true }
            || (value.ConstantValue is { HasValue: true, Value: string text } && string.IsNullOrWhiteSpace(text))
            || value is IFieldReferenceOperation { Field: { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String } };
    }

    private static IOperation Bare(IOperation value)
    {
        while (value is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
            value = value is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)value).Operand;
        return value;
    }

    private static void Report(NamedOperation context, SyntaxNode place, string message) => context.ReportDiagnostic(Diagnostic.Create(Rules.EndpointWithoutKey, place.GetLocation(), message));
}
