using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server;

/// <summary>
/// Tries a profile's key with one small call of a model: over the transport, to the endpoint and with the headers that runs use, through the client that its provider makes. It is the operator's call: neither booked to the tenant nor
/// held back by what runs were told. Nothing of the answer is kept, and no error holds the key.
/// </summary>
internal sealed class KeyTrials(ModelProviders providers, ModelClientFactory factory, WorkflowRegistry workflows, TimeProvider time)
{
    /// <summary>The least that all providers take: some refuse fewer.</summary>
    private const int MostTokens = 16;

    private const string Question = "ping";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Tries the key that a profile holds.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="asked">The model that is asked, before the profile's map; null for the one that the profile or the workflows name.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<KeyTrial> TryAsync(StoredProfile profile, string? asked, CancellationToken cancellationToken)
    {
        if (profile.Fault is { } broken)
            return new KeyTrial { ErrorCode = broken.Code, Error = broken.Message };
        if (!providers.TryFind(profile.Provider, out var provider) || (provider.IsScripted && providers.IsProduction))
            return new KeyTrial { ErrorCode = WorkflowErrorCodes.ProviderMismatch, Error = $"The host has not added the provider '{profile.Provider}', or refuses it in Production. It has: {providers.Names}." };
        if (profile.ApiKey is not { IsUsable: true } && provider.RequiresKey)
            return new KeyTrial { ErrorCode = WorkflowErrorCodes.ProviderNotInitialized, Error = "The profile holds no key. Set one." };
        var (kind, model) = ModelOf(profile, asked);
        if (model is null)
        {
            return new KeyTrial
            {
                ErrorCode = WorkflowErrorCodes.ModelMissing,
                Error = "No model is known to try the key with: neither the profile nor a slot of the host's workflows names one. Give 'model'.",
            };
        }
        var start = time.GetTimestamp();
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            await AskAsync(profile, new ClientKey(kind, model, null), both.Token).ConfigureAwait(false);
            return new KeyTrial { Model = model, Elapsed = time.GetElapsedTime(start) };
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var fault = ProviderFault.Of(error, profile.Provider, null, new SecretScrubber(profile, null));
            return new KeyTrial
            {
                Model = model,
                ErrorCode = fault.Code,
                Error = fault.Message,
                ProviderStatus = fault.StatusCode,
                ProviderRequestId = fault.ProviderRequestId,
                Elapsed = time.GetElapsedTime(start),
            };
        }
    }

    private async Task AskAsync(StoredProfile profile, ClientKey key, CancellationToken cancellationToken)
    {
        using var client = factory.Create(key, profile);
        if (client is IEmbeddingGenerator<string, Embedding<float>> embeddings)
            await embeddings.GenerateAsync([Question], cancellationToken: cancellationToken).ConfigureAwait(false);
        else
            await ((IChatClient)client).GetResponseAsync([new ChatMessage(ChatRole.User, Question)], new ChatOptions { MaxOutputTokens = MostTokens }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The model that is given, else the profile's, else the first that a slot names which takes this provider: of these two a chat model, or, where they name none, one that makes embeddings.</summary>
    private (ClientKind Kind, string? Model) ModelOf(StoredProfile profile, string? asked)
    {
        if ((asked ?? profile.Model) is { } named)
            return (ClientKind.Chat, ModelChoice.Mapped(profile, named));
        if (profile.EmbeddingModel is { } own)
            return (ClientKind.Embeddings, ModelChoice.Mapped(profile, own));
        var slots = workflows.Workflows.OrderBy(static workflow => workflow.Name, StringComparer.Ordinal).SelectMany(static workflow => workflow.Slots)
            .Where(slot => slot.Providers.Count == 0 || slot.Providers.Contains(profile.Provider, StringComparer.OrdinalIgnoreCase)).ToList();
        return slots.Find(static slot => slot.Model is not null)?.Model is { } chat
            ? (ClientKind.Chat, ModelChoice.Mapped(profile, chat))
            : (ClientKind.Embeddings, ModelChoice.Mapped(profile, slots.Find(static slot => slot.EmbeddingModel is not null)?.EmbeddingModel));
    }
}
