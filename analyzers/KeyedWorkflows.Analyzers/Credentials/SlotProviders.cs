using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>A slot, and the families of providers that it takes; none for any.</summary>
/// <param name="Slot">The slot's name.</param>
/// <param name="Providers">The families.</param>
internal sealed record SlotProviders(string Slot, IReadOnlyList<string> Providers)
{
    /// <summary>What the marks on a client, or on a property of its credentials, say. Slots that take any are not among them.</summary>
    public static List<SlotProviders> Of(ISymbol marked, INamedTypeSymbol? mark)
    {
        var slots = new List<SlotProviders>();
        foreach (var attribute in marked.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, mark) && attribute.ConstructorArguments is [{ Value: string slot }, { Kind: TypedConstantKind.Array, IsNull: false } given])
                slots.Add(new(slot, Texts(given)));
        }
        return slots;
    }

    /// <summary>What a <c>[CredentialProfile]</c> declares.</summary>
    public static SlotProviders Declared(AttributeData declaration)
    {
        var slot = declaration.ConstructorArguments is [{ Value: string name }, ..] ? name : "main";
        var providers = new List<string>();
        foreach (var argument in declaration.NamedArguments)
        {
            if (argument is { Key: "Provider", Value.Value: string { Length: > 0 } single })
                providers.Add(single);
            else if (argument is { Key: "Providers", Value: { Kind: TypedConstantKind.Array, IsNull: false } several })
                providers.AddRange(Texts(several));
        }
        return new(slot, providers);
    }

    private static List<string> Texts(TypedConstant array)
    {
        var texts = new List<string>(array.Values.Length);
        foreach (var item in array.Values)
        {
            if (item.Value is string { Length: > 0 } text)
                texts.Add(text);
        }
        return texts;
    }
}
