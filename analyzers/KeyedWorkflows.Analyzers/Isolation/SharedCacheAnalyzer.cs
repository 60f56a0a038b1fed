using System.Collections.Immutable;
using KeyedWorkflows.Analyzers.Secrets;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>
/// Reports caches of answers in which one payer finds what another has paid for (KW4002). Around the client that a step is given, a cache sees nothing that names the payer; within <c>UseChatClient</c> messages and options name it, and
/// only a key that is made of the text alone leaves it out.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SharedCacheAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property by which the fix learns which slot pays.</summary>
    internal const string Slot = "slot";

    private const string Models = "Microsoft.Extensions.AI";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.SharedCache];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Workflow) is not { } workflow)
                return;
            var builder = start.Compilation.GetTypeByMetadataName(KnownNames.WorkflowsBuilder);
            var kept = new KeptAnswers(ModelClientTypes.Of(start.Compilation), start.Compilation.GetTypeByMetadataName(KnownNames.RunContext));
            NamedCalls.Register(start, operation => OfLayer(operation, builder), "UseChatClient");
            WorkflowBodies.Register(start, workflow, block =>
            {
                if (block.OwningSymbol is not IMethodSymbol method || Attributes.Find(method.ContainingType, workflow) is null)
                    return;
                block.RegisterOperationAction(operation => OfCall(operation, method, kept), OperationKind.Invocation);
                block.RegisterOperationAction(operation => OfCreation(operation, method), OperationKind.ObjectCreation);
                block.RegisterOperationAction(operation => OfAssignment(operation, method, kept), OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment);
            });
        });
    }

    /// <summary>A cache within <c>UseChatClient</c> whose key is made of the text alone.</summary>
    private static void OfLayer(NamedOperation context, INamedTypeSymbol? builder)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name != "UseChatClient" || !SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, builder))
            return;
        foreach (var part in call.Descendants())
        {
            if (part is IObjectCreationOperation creation && CacheKeys.IsCache(creation.Type) && CacheKeys.IsOfTextAlone(creation.Type!, context.CancellationToken))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.SharedCache,
                    creation.Syntax.GetLocation(),
                    $"The key of `{creation.Type!.Name}` is made of the text alone: what one payer's call had got answers another's, and the run refuses it. Make the key of the whole messages and options, which name the payer, or of base.GetCacheKey."));
            }
        }
    }

    private static void OfCall(OperationAnalysisContext context, IMethodSymbol method, KeptAnswers kept)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is { Name: "UseDistributedCache", IsExtensionMethod: true } layer && layer.IsIn(Models))
        {
            if (!IsPartitioned(call))
                Report(context, call, method, SlotOf(call));
        }
        else if (kept.Find(call) is { } key)
        {
            ReportKey(context, key, method);
        }
    }

    private static void OfCreation(OperationAnalysisContext context, IMethodSymbol method)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (!CacheKeys.IsCache(creation.Type))
            return;
        if (creation.Type!.IsIn(Models) ? !IsPartitioned(creation) : CacheKeys.IsOfTextAlone(creation.Type!, context.CancellationToken))
            Report(context, creation, method, SlotOf(creation));
    }

    private static void OfAssignment(OperationAnalysisContext context, IMethodSymbol method, KeptAnswers kept)
    {
        if (kept.Find((IAssignmentOperation)context.Operation) is { } key)
            ReportKey(context, key, method);
    }

    /// <summary>The set-up says what tells payers apart, or is not at hand.</summary>
    private static bool IsPartitioned(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Name != "configure" || argument.ArgumentKind == ArgumentKind.DefaultValue)
                continue;
            var configure = Storage.Bare(argument.Value);
            return configure is IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } ? Sets(lambda) : configure is not ILiteralOperation;
        }
        return false;
    }

    private static bool IsPartitioned(IObjectCreationOperation creation)
    {
        if (Sets(creation))
            return true;
        foreach (var operation in LocalTrace.RootOf(creation).Descendants())
        {
            if (operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "CacheKeyAdditionalValues", Instance: ILocalReferenceOperation } })
                return true;
        }
        return false;
    }

    private static bool Sets(IOperation around)
    {
        foreach (var part in around.Descendants())
        {
            if (part is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "CacheKeyAdditionalValues" }, Value: var value } && !IsConstant(value))
                return true;
        }
        return false;
    }

    /// <summary>What is the same for everybody tells nobody apart.</summary>
    private static bool IsConstant(IOperation value) => Storage.Bare(value) switch
    {
        ILiteralOperation => true,
        ICollectionExpressionOperation { Elements: var elements } => AreConstant(elements),
        IArrayCreationOperation { Initializer.ElementValues: var elements } => AreConstant(elements),
        _ => false,
    };

    private static bool AreConstant(ImmutableArray<IOperation> elements)
    {
        foreach (var element in elements)
        {
            if (!Storage.Bare(element).ConstantValue.HasValue)
                return false;
        }
        return true;
    }

    /// <summary>The slot of the client that the cache lies around; null where none is named.</summary>
    private static string? SlotOf(IOperation cache)
    {
        string? slot = null;
        LocalTrace.Any(cache, part =>
        {
            if (part is not IParameterReferenceOperation { Parameter: var parameter })
                return false;
            foreach (var attribute in parameter.GetAttributes())
            {
                if (attribute.AttributeClass is { Name: "SlotAttribute" } && attribute.ConstructorArguments is [{ Value: string name }, ..])
                    slot = name;
            }
            return slot is not null;
        });
        return slot;
    }

    private static void Report(OperationAnalysisContext context, IOperation place, IMethodSymbol method, string? slot) => context.ReportDiagnostic(Diagnostic.Create(
        Rules.SharedCache,
        place.Syntax.GetLocation(),
        slot is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Slot, slot),
        $"`{method.Name}` puts a cache around its client that all payers share: one would get what another paid for. Set CacheKeyAdditionalValues to the run's tenant and profile, or give the cache to UseChatClient, where each payer has its own."));

    private static void ReportKey(OperationAnalysisContext context, IOperation key, IMethodSymbol method) => context.ReportDiagnostic(Diagnostic.Create(
        Rules.SharedCache,
        key.Syntax.GetLocation(),
        $"`{method.Name}` keeps a model's answer under a key that names no payer: another client's run would get it. Put RunContext.Tenant and RunContext.ProfileName into the key, or give a cache to UseChatClient, where each payer has its own."));
}
