using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>The embedding generator that a step gets: bound to one payer and one step. It hands out nothing that reaches around it.</summary>
internal sealed class BoundEmbeddingGenerator(ModelClients clients, SlotBinding binding, SlotDefinition slot, StepAccount account, string? model)
    : BoundModelClient(clients, binding, slot, account), IEmbeddingGenerator<string, Embedding<float>>
{
    protected override ClientKind Kind => ClientKind.Embeddings;

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var asked = string.IsNullOrEmpty(options?.ModelId) ? model ?? Slot.EmbeddingModel : options.ModelId;
        IReadOnlyList<string> list = values as IReadOnlyList<string> ?? [.. values];
        return CallAsync(asked, null, (list, options), static (request, _) => CallSize.Of(request.list), EmbedAsync, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(RunContext))
            return Account.Run;
        if (serviceType == typeof(EmbeddingGeneratorMetadata))
            return new EmbeddingGeneratorMetadata(Binding.Provider, defaultModelId: model ?? Slot.EmbeddingModel ?? Binding.Profile?.EmbeddingModel);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    protected override string? DefaultModelOf(StoredProfile? profile) => profile?.EmbeddingModel;

    private async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(Attempt<(IReadOnlyList<string> Values, EmbeddingGenerationOptions? Options)> attempt)
    {
        var client = (IEmbeddingGenerator<string, Embedding<float>>)attempt.Lease!.Value.Client;
        var options = attempt.Request.Options;
        attempt.Recording?.Sends(attempt.Request.Values);
        var isRenamed = options?.ModelId is { } asked && asked != attempt.Model;
        if (options is not null && (isRenamed || options.RawRepresentationFactory is not null))
        {
            options = options.Clone();
            if (isRenamed)
                options.ModelId = attempt.Model;

            // The factory would be shown the provider's own generator, which outlives the step and books to nobody.
            if (options.RawRepresentationFactory is { } factory)
                options.RawRepresentationFactory = _ => factory(this);
        }
        var embeddings = await client.GenerateAsync(attempt.Request.Values, options, attempt.Token).ConfigureAwait(false);
        Account.AfterCall(embeddings.Usage);
        attempt.Recording?.End(embeddings);
        return embeddings;
    }
}
