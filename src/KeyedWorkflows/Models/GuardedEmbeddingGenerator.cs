using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>Stands between a provider's embedding generator and what logs or traces its calls: what fails comes out without the credential's secrets, and nothing reaches around it.</summary>
internal sealed class GuardedEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, string provider, StoredProfile? profile, InlineCredential? inline) : IEmbeddingGenerator<string, Embedding<float>>
{
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.GenerateAsync(values, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException("The model call was cancelled.", cancellationToken)
                : ProviderFault.Of(error, provider, null, new SecretScrubber(profile, inline));
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? inner.GetService(typeof(EmbeddingGeneratorMetadata))
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose() => inner.Dispose();
}
