using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>What lies around the embedding generators of a host.</summary>
internal sealed class EmbeddingGeneratorLayers(IEnumerable<EmbeddingGeneratorLayer> layers, IServiceProvider services)
{
    private readonly EmbeddingGeneratorLayer[] all = [.. layers];

    /// <summary>No layers.</summary>
    public static EmbeddingGeneratorLayers None { get; } = new([], new NoServices());

    /// <summary>Whether there is anything to put around.</summary>
    public bool IsEmpty => all.Length == 0;

    public IServiceProvider Services { get; } = services;

    /// <summary>Puts the layers around a generator: the one that was added first lies outermost.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Around(GuardedEmbeddingGenerator generator, ChatClientLayerContext context)
    {
        IEmbeddingGenerator<string, Embedding<float>> whole = generator;
        for (var i = all.Length - 1; i >= 0; i--)
            whole = all[i].Wrap(whole, context);
        return whole;
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
