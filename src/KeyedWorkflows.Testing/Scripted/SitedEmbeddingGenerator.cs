using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing;

internal sealed class SitedEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, ModelCallSite site) : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        CallFlow.Site = site;
        return await base.GenerateAsync(values, options, cancellationToken).ConfigureAwait(false);
    }
}
