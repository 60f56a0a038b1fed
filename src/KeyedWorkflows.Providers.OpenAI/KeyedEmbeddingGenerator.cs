using Microsoft.Extensions.AI;
using OpenAI.Embeddings;
using EmbeddingGenerationOptions = Microsoft.Extensions.AI.EmbeddingGenerationOptions;
using NativeOptions = OpenAI.Embeddings.EmbeddingGenerationOptions;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// The innermost embedding generator of one credential and model, under the same rules as <see cref="KeyedChatClient"/>. It calls OpenAI's client itself: the adapter of
/// Microsoft.Extensions.AI drops the index by which an answer says which text a vector belongs to.
/// </summary>
internal sealed class KeyedEmbeddingGenerator(EmbeddingClient client, EmbeddingGeneratorMetadata metadata) : IEmbeddingGenerator<string, Embedding<float>>
{
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        IReadOnlyList<string> texts = values as IReadOnlyList<string> ?? [.. values];
        cancellationToken.ThrowIfCancellationRequested();
        if (texts.Count == 0)
            return [];
        if (texts.Any(text => text is null))
            throw new ArgumentException("One of the texts is null.", nameof(values));
        var native = ToNative(options);
        try
        {
            var answer = await client.GenerateEmbeddingsAsync(texts, native, cancellationToken).ConfigureAwait(false);
            return Read(answer.Value, texts.Count);
        }
        catch (Exception error) when (error is not ModelCallException)
        {
            throw ProviderFaults.OfReading(error, cancellationToken);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Nothing to let go: the connections belong to the transport.</summary>
    public void Dispose()
    {
    }

    private static GeneratedEmbeddings<Embedding<float>> Read(OpenAIEmbeddingCollection answer, int texts)
    {
        // Fewer or more would be given to the wrong texts without a word.
        if (answer.Count != texts)
            throw ProviderFaults.Malformed($"{answer.Count} embeddings for {texts} texts");

        // Servers that leave the index out say 0 for all; their order is the texts' order.
        var inOrder = new OpenAIEmbedding?[texts];
        var isIndexed = answer.All(one => one.Index >= 0 && one.Index < texts && Take(one));
        var created = DateTimeOffset.UtcNow;
        return new((isIndexed ? inOrder! : answer.AsEnumerable()).Select(one => new Embedding<float>(one.ToFloats()) { CreatedAt = created, ModelId = answer.Model }))
        {
            Usage = answer.Usage is { } usage ? new UsageDetails { InputTokenCount = usage.InputTokenCount, TotalTokenCount = usage.TotalTokenCount } : null,
        };

        bool Take(OpenAIEmbedding one)
        {
            var isFree = inOrder[one.Index] is null;
            inOrder[one.Index] = one;
            return isFree;
        }
    }

    private NativeOptions ToNative(EmbeddingGenerationOptions? options)
    {
        var native = options?.RawRepresentationFactory?.Invoke(this) as NativeOptions ?? new NativeOptions();
        native.Dimensions ??= options?.Dimensions;
        if (native.Patch.Contains("$.model"u8))
            native.Patch.Set("$.model"u8, metadata.DefaultModelId!);
        return native;
    }
}
