using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>
/// The one place where the client of a credential and model is put together: the provider's own innermost, then whatever lives as long as it. What belongs to a step
/// (attribution, revocation, retries) lies around it, in <see cref="BoundChatClient"/> and <see cref="BoundEmbeddingGenerator"/>.
/// </summary>
internal sealed class ModelClientFactory(ModelProviders providers, IModelTransport transport)
{
    /// <summary>Builds the client of a stored profile.</summary>
    public IDisposable Create(ClientKind kind, StoredProfile profile, string model) => Create(kind, profile.Provider, new ModelClientContext
    {
        Model = model,
        ApiKey = profile.ApiKey,
        Endpoint = profile.Endpoint,
        Organization = profile.Organization,
        Project = profile.Project,
        Headers = profile.Headers,
        ProfileName = profile.Name,
        Transport = transport,
    });

    /// <summary>Builds the client of a key that was given for one run.</summary>
    public IDisposable Create(ClientKind kind, InlineCredential credential, string model) => Create(kind, credential.Provider, new ModelClientContext
    {
        Model = model,
        ApiKey = credential.Key,
        Endpoint = credential.Endpoint,
        Transport = transport,
    });

    private IDisposable Create(ClientKind kind, string name, ModelClientContext context)
    {
        if (!providers.TryFind(name, out var provider))
            throw new ModelCallException(WorkflowErrorCodes.ProviderMismatch, $"The host has not added the provider '{name}'.");
        return kind == ClientKind.Chat ? provider.CreateChatClient(context) : provider.CreateEmbeddingGenerator(context);
    }
}
