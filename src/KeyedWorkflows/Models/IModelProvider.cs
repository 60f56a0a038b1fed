using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>
/// A family of model providers. It builds clients and nothing else: retries, limits, attribution and revocation are the runtime's. Clients must throw <see cref="ModelCallException"/>
/// for what the provider or the network did, without the original exception inside, and make no retries of their own. Safe for use from several threads.
/// </summary>
public interface IModelProvider
{
    /// <summary>The family's name in profiles and slots, such as <c>openai</c>.</summary>
    string Name { get; }

    /// <summary>Whether its profiles fit slots of any provider, and answer without a key or network: for development and tests. Refused in Production.</summary>
    bool IsScripted => false;

    /// <summary>Whether a profile must hold a key. A run under one that holds none is refused before its first step.</summary>
    bool RequiresKey => !IsScripted;

    /// <summary>Builds the chat client of one credential and model.</summary>
    /// <param name="context">The credential, the model and the transport.</param>
    /// <returns>A client that lives as long as the credential's revision.</returns>
    IChatClient CreateChatClient(ModelClientContext context);

    /// <summary>Builds the embedding generator of one credential and model. A family that has none leaves this out: a step that asks for one fails as <see cref="WorkflowErrorCodes.RequestRefused"/>.</summary>
    /// <param name="context">The credential, the model and the transport.</param>
    /// <returns>A generator that lives as long as the credential's revision.</returns>
    IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) =>
        throw new ModelCallException(WorkflowErrorCodes.RequestRefused, $"The provider '{Name}' makes no embeddings. Take a chat client, or bind the slot to a profile of another provider.");
}
