using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>As <see cref="TaggedChatClient"/>, for embeddings.</summary>
internal sealed class TaggedEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, string sourceName, ChatClientLayerContext context)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    public override Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        CallTags.Write(sourceName, context);
        return base.GenerateAsync(values, options, cancellationToken);
    }
}
