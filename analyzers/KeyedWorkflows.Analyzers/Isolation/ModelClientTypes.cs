using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Tells the types that pay: model clients, and the clients that the generator emits for workflows.</summary>
internal sealed class ModelClientTypes
{
    private const string Generator = "KeyedWorkflows.Generators";

    private readonly INamedTypeSymbol? chat;
    private readonly INamedTypeSymbol? embeddings;

    private ModelClientTypes(INamedTypeSymbol? chat, INamedTypeSymbol? embeddings)
    {
        this.chat = chat;
        this.embeddings = embeddings;
    }

    public static ModelClientTypes Of(Compilation compilation) =>
        new(compilation.GetTypeByMetadataName(KnownNames.ChatClient), compilation.GetTypeByMetadataName(KnownNames.EmbeddingGenerator));

    /// <summary>Whether a type is a model client, or may hold one by its interface.</summary>
    public bool IsModelClient(ITypeSymbol? type)
    {
        if (type is null)
            return false;
        if (Is(type))
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (Is(implemented))
                return true;
        }
        return false;

        bool Is(ITypeSymbol one) => SymbolEqualityComparer.Default.Equals(one, chat) || SymbolEqualityComparer.Default.Equals(one, embeddings);
    }

    /// <summary>Whether a type is the client of a workflow.</summary>
    public static bool IsWorkflowClient(ITypeSymbol? type)
    {
        if (type is null || !type.Name.EndsWith("Client", StringComparison.Ordinal))
            return false;
        foreach (var attribute in type.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "GeneratedCodeAttribute" && attribute.ConstructorArguments is [{ Value: Generator }, ..])
                return true;
        }
        return false;
    }
}
