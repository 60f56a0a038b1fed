using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing;

/// <summary>An embedding generator that answers as <see cref="ScriptedModels"/> say: without a rule, vectors made from the texts' hashes.</summary>
internal sealed class ScriptedEmbeddingGenerator(ScriptedModels models, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new(ScriptedModelProvider.OwnName, defaultModelId: model);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var request = ScriptedRequest.OfEmbeddings(models.NextNumber(), model, [.. values], options);
        if (request.Inputs.Count == 0)
            return [];
        var answer = await models.FindAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer?.Fault is { } fault)
            throw await ScriptedFault.OfAsync(fault, isStreamed: false, cancellationToken).ConfigureAwait(false);
        var tokens = answer?.Tokens ?? new ModelTokens(request.PromptTokens, 0);
        return new(request.Inputs.Select((text, index) => new Embedding<float>(VectorOf(answer, text, index, request.Dimensions ?? models.EmbeddingDimensions)) { ModelId = answer?.Model ?? model }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens.Prompt, TotalTokenCount = tokens.Prompt },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
    }

    private static float[] VectorOf(ModelAnswer? answer, string text, int index, int dimensions) =>
        answer?.Vector ?? (answer?.Vectors is { } given && index < given.Count ? given[index] : null) ?? HashEmbedding.Of(text, dimensions);
}
