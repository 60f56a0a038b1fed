using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>Opens the clients that steps get, and holds what all of them share.</summary>
internal sealed class ModelClients(IProfileStore profiles, ModelClientCache cache, ModelCallPolicy policy) : IModelClients
{
    public ModelCallPolicy Policy { get; } = policy;

    public IChatClient OpenChat(SlotBinding binding, SlotDefinition slot, StepAccount account, string? model, string? fallbackModel, object? toolValues) =>
        new BoundChatClient(this, binding, slot, account, model, fallbackModel, toolValues);

    public IEmbeddingGenerator<string, Embedding<float>> OpenEmbeddings(SlotBinding binding, SlotDefinition slot, StepAccount account, string? model) =>
        new BoundEmbeddingGenerator(this, binding, slot, account, model);

    /// <summary>Reads the payer as it is now: a rotation holds from this call on, and a revocation refuses it.</summary>
    /// <returns>The profile's present revision; null for a key that was given for the run.</returns>
    /// <exception cref="ModelCallException">The profile is gone or disabled, or is no longer the one that the run was bound to.</exception>
    public async ValueTask<StoredProfile?> ReadPayerAsync(SlotBinding binding, CancellationToken cancellationToken)
    {
        if (binding.Profile is not { } bound)
            return null;
        var present = await profiles.FindByIdAsync(bound.Id, cancellationToken).ConfigureAwait(false);
        if (present is { Enabled: true } && present.Id == bound.Id && present.Tenant == bound.Tenant && present.Provider == bound.Provider)
            return present;
        cache.Drop(bound.Id);
        var what = present switch
        {
            null => "was removed",
            { Enabled: false } => "was disabled",
            _ => "was given to another tenant or provider",
        };
        throw new ModelCallException(WorkflowErrorCodes.ProfileDisabled, $"Profile '{bound.Name}' {what} while the run was going.") { Binding = binding };
    }

    /// <summary>Takes the client of a payer for one call.</summary>
    public ClientLease Take(ClientKind kind, SlotBinding binding, StoredProfile? present, string model) =>
        present is null ? cache.Take(kind, binding.Inline!, model) : cache.Take(kind, present, model);
}
