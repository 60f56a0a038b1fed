using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>
/// The one place where the client of a credential and model is put together: the provider's own innermost; where the host has layers, a <see cref="GuardedChatClient"/> around it and the layers
/// around that. What belongs to a step (attribution, revocation, retries) lies around it all, in <see cref="BoundChatClient"/> and <see cref="BoundEmbeddingGenerator"/>.
/// </summary>
internal sealed class ModelClientFactory(ModelProviders providers, ModelTransports transports, EmbeddingGeneratorLayers? embeddingLayers = null)
{
    private readonly EmbeddingGeneratorLayers embeddingLayers = embeddingLayers ?? EmbeddingGeneratorLayers.None;

    /// <summary>Builds the client of a stored profile.</summary>
    public IDisposable Create(ClientKey key, StoredProfile profile)
    {
        var context = new ModelClientContext
        {
            Model = key.Model,
            ApiKey = profile.ApiKey,
            Endpoint = profile.Endpoint,
            Organization = profile.Organization,
            Project = profile.Project,
            Headers = profile.Headers,
            ProfileName = profile.Name,
            Transport = transports.Operators,
        };
        return Create(key, profile.Provider, context, profile, null);
    }

    /// <summary>Builds the client of a key that was given for one run.</summary>
    public IDisposable Create(ClientKey key, InlineCredential credential)
    {
        var context = new ModelClientContext
        {
            Model = key.Model,
            ApiKey = credential.Key,
            Endpoint = credential.Endpoint,
            Transport = transports.Of(credential),
        };
        return Create(key, credential.Provider, context, null, credential);
    }

    private IDisposable Create(ClientKey key, string name, ModelClientContext context, StoredProfile? profile, InlineCredential? inline)
    {
        if (!providers.TryFind(name, out var provider))
            throw new ModelCallException(WorkflowErrorCodes.ProviderMismatch, $"The host has not added the provider '{name}'.");
        if (key.Kind == ClientKind.Embeddings)
        {
            var generator = Build(name, context, provider.CreateEmbeddingGenerator);
            return embeddingLayers.IsEmpty ? generator : embeddingLayers.Around(new GuardedEmbeddingGenerator(generator, name, profile, inline), For(embeddingLayers.Services));
        }
        var client = Build(name, context, provider.CreateChatClient);
        return key.Layers is not { } layers ? client : layers.Around(new GuardedChatClient(client, profile, inline), For(layers.Services));

        ChatClientLayerContext For(IServiceProvider services) => new()
        {
            Services = services,
            Provider = name,
            Model = key.Model,
            ProfileName = profile?.Name,
            ProfileId = profile?.Id,
            Tenant = profile?.Tenant,
        };
    }

    /// <summary>What .NET says of a header that it does not take repeats its value: a provider's words are dropped here, where they cannot be taken for a layer's.</summary>
    private static TClient Build<TClient>(string name, ModelClientContext context, Func<ModelClientContext, TClient> create)
    {
        try
        {
            return create(context);
        }
        catch (Exception error) when (error is not ModelCallException)
        {
            throw new ModelCallException(WorkflowErrorCodes.ProviderFailed, $"The client of provider '{name}' failed with {error.GetType().Name}.");
        }
    }
}
