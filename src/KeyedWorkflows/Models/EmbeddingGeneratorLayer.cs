using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>A layer of the product's own around embedding generators: telemetry, logging. It passes each call on once.</summary>
internal sealed record EmbeddingGeneratorLayer(
    Func<IEmbeddingGenerator<string, Embedding<float>>, ChatClientLayerContext, IEmbeddingGenerator<string, Embedding<float>>> Wrap);
