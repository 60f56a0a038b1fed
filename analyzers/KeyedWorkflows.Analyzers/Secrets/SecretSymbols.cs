using KeyedWorkflows.Analyzers.Isolation;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>The types that the flow of keys is read by.</summary>
internal sealed class SecretSymbols
{
    private readonly INamedTypeSymbol? apiKey;
    private readonly INamedTypeSymbol? step;
    private readonly INamedTypeSymbol? tool;
    private readonly INamedTypeSymbol? prompt;
    private readonly INamedTypeSymbol? exception;

    private SecretSymbols(Compilation compilation, INamedTypeSymbol workflow, INamedTypeSymbol secret)
    {
        Workflow = workflow;
        Secret = secret;
        Clients = ModelClientTypes.Of(compilation);
        apiKey = compilation.GetTypeByMetadataName(KnownNames.ApiKey);
        step = compilation.GetTypeByMetadataName(KnownNames.Step);
        tool = compilation.GetTypeByMetadataName(KnownNames.Tool);
        prompt = compilation.GetTypeByMetadataName(KnownNames.Prompt);
        exception = compilation.GetTypeByMetadataName("System.Exception");
    }

    public INamedTypeSymbol Workflow { get; }

    public INamedTypeSymbol Secret { get; }

    public ModelClientTypes Clients { get; }

    /// <summary>Null where the project does not know KeyedWorkflows.</summary>
    public static SecretSymbols? Create(Compilation compilation) =>
        compilation.GetTypeByMetadataName(KnownNames.Workflow) is { } workflow && compilation.GetTypeByMetadataName(KnownNames.Secret) is { } secret
            ? new(compilation, workflow, secret)
            : null;

    /// <summary>The workflow's class that a type is, or is nested in.</summary>
    public INamedTypeSymbol? WorkflowOf(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            if (Attributes.Find(type, Workflow) is not null)
                return type;
        }
        return null;
    }

    public bool IsReveal(IMethodSymbol method) => method.Name == "Reveal" && SymbolEqualityComparer.Default.Equals(method.ContainingType, Secret);

    /// <summary>Whether a property, field or parameter holds a key as plain text: it is marked as one, or its name says so.</summary>
    public bool HoldsKey(ISymbol symbol, ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String && (KeyNames.Says(symbol.Name) || Attributes.Find(symbol, apiKey) is not null);

    public bool IsPrompt(IMethodSymbol method) => PromptOf(method) is not null;

    /// <summary>The attribute that holds a prompt's text; null where the method is no prompt.</summary>
    public AttributeData? PromptOf(IMethodSymbol method) => Attributes.Find(method, prompt);

    public bool IsStep(IMethodSymbol method) => Attributes.Find(method, step) is not null;

    public bool IsTool(IMethodSymbol method) => Attributes.Find(method, tool) is not null;

    public bool IsException(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, exception))
                return true;
        }
        return false;
    }

    /// <summary>Whether a type can hold a text. A number, a truth or a single character gives no key away.</summary>
    public static bool CanCarry(ITypeSymbol? type) => type switch
    {
        null => false,
        { TypeKind: TypeKind.Enum } => false,
        { SpecialType: SpecialType.System_Void or (>= SpecialType.System_Boolean and <= SpecialType.System_Double) or SpecialType.System_IntPtr or SpecialType.System_UIntPtr or SpecialType.System_DateTime } => false,
        _ => true,
    };
}
