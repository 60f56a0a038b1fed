using KeyedWorkflows.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Tells what of an input speaks for a slot.</summary>
internal sealed class InputMarks(Compilation compilation)
{
    private readonly INamedTypeSymbol? apiKey = compilation.GetTypeByMetadataName(KnownNames.ApiKey);
    private readonly INamedTypeSymbol? profile = compilation.GetTypeByMetadataName(KnownNames.CredentialProfile);

    public bool IsKey(ISymbol symbol) => Attributes.Find(symbol, apiKey) is not null;

    /// <summary>The slot that a key of the input can only be meant for: the workflow has that one, and no property brings a key for it yet. Null where there is a choice.</summary>
    public string? OnlyFreeSlot(INamedTypeSymbol workflow, INamedTypeSymbol input)
    {
        string? slot = null;
        foreach (var attribute in workflow.GetAttributes())
        {
            if (!SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, profile))
                continue;
            if (slot is not null)
                return null;
            slot = attribute.ConstructorArguments is [{ Value: string name }, ..] ? name : "main";
        }
        if (slot is null)
            return null;
        foreach (var (property, parameter) in InputMembers.Of(input))
        {
            if (IsKey(property) || (parameter is not null && IsKey(parameter)))
                return null;
        }
        return slot;
    }
}
