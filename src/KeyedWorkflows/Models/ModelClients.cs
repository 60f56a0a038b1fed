using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>Opens the clients that steps get, and holds what all of them share.</summary>
internal sealed class ModelClients(
    IProfileStore profiles, ICredentialAuthorizer authorizer, ModelClientCache cache, ModelCallPolicy policy, ChatClientLayers layers, UsageLimiter limiter) : IModelClients
{
    public ModelCallPolicy Policy { get; } = policy;

    public ChatClientLayers Layers { get; } = layers;

    public ProfileCooldowns Cooldowns { get; } = new(policy.Time);

    public UsageLimiter Limiter { get; } = limiter;

    public IChatClient OpenChat(SlotBinding binding, SlotDefinition slot, StepAccount account, string? model, string? fallbackModel, object? toolValues) =>
        new BoundChatClient(this, binding, slot, account, model, fallbackModel, toolValues);

    public IEmbeddingGenerator<string, Embedding<float>> OpenEmbeddings(SlotBinding binding, SlotDefinition slot, StepAccount account, string? model) =>
        new BoundEmbeddingGenerator(this, binding, slot, account, model);

    /// <summary>Reads payer and caller as they are now: a rotation holds from this call on, and a revocation, of the profile or of the caller's grant, refuses it.</summary>
    /// <returns>The profile's present revision; null for a key that was given for the run.</returns>
    /// <exception cref="ModelCallException">The profile is gone or disabled, is no longer the one that the run was bound to, or is no longer granted; or its store failed.</exception>
    public async ValueTask<CallParties> ReadPartiesAsync(SlotBinding binding, RunCaller caller, CancellationToken cancellationToken)
    {
        if (caller.Present is { } find)
            caller = await AskAsync(find, "tokens", binding, cancellationToken).ConfigureAwait(false)
                ?? throw new ModelCallException(WorkflowErrorCodes.ProfileDisabled, "The caller's token was revoked while the run was going.") { Binding = binding, IsOfCaller = true };
        if (binding.Profile is not { } bound)
        {
            return authorizer.MaySendKey(caller)
                ? new(null, caller)
                : throw new ModelCallException(WorkflowErrorCodes.ProfileDisabled, "The caller lost the permission to send keys while the run was going.") { Binding = binding };
        }
        var present = await AskAsync(token => profiles.FindByIdAsync(bound.Id, token), "profiles", binding, cancellationToken).ConfigureAwait(false);
        if (present?.Fault is { } fault)
        {
            cache.Drop(bound.Id);
            throw new ModelCallException(fault.Code, fault.Message) { Binding = binding };
        }
        if (present is { Enabled: true } && present.Id == bound.Id && present.Tenant == bound.Tenant && present.Provider == bound.Provider)
        {
            return authorizer.MayUse(caller, present)
                ? new(present, caller)
                : throw new ModelCallException(WorkflowErrorCodes.ProfileDisabled, $"Profile '{bound.Name}' was taken from the caller while the run was going.") { Binding = binding };
        }
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
    public ClientLease Take(in ClientKey key, SlotBinding binding, StoredProfile? present) =>
        present is null ? cache.Take(key, binding.Inline!) : cache.Take(key, present);

    private static async ValueTask<T?> AskAsync<T>(Func<CancellationToken, ValueTask<T?>> find, string what, SlotBinding binding, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await find(cancellationToken).ConfigureAwait(false);
        }
        catch (WorkflowRunException error)
        {
            throw new ModelCallException(error.Code, error.Message) { Binding = binding };
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Fail closed: whether it may still be used is not known. What a store throws may hold its own password, so its words stay here.
            throw new ModelCallException(WorkflowErrorCodes.HostMisconfigured, $"The host's store of {what} failed with {error.GetType().Name}.") { Binding = binding };
        }
    }
}
