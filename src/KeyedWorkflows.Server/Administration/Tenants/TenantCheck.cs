using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Server;

/// <summary>
/// Says of each workflow of the host whether a tenant may run it, and if not, why not: what a token that is pinned to the tenant would be told, decided by the binder itself, and in words for an operator, who may know what the tenant
/// has. No provider is asked.
/// </summary>
internal sealed class TenantCheck(WorkflowRegistry workflows, ICredentialBinder binder, ProfileStores stores)
{
    /// <exception cref="ApiErrorException">The host has no such workflow.</exception>
    /// <exception cref="WorkflowRunException">The store does not answer.</exception>
    public async Task<IReadOnlyList<WorkflowCheck>> CheckAsync(string tenant, string? workflow, CancellationToken cancellationToken)
    {
        if (workflow is not null && !workflows.TryFind(workflow, out _))
            throw ApiError.NotFound("The host has no such workflow.").ToException();
        var profiles = await stores.All.FindByTenantAsync(tenant, cancellationToken).ConfigureAwait(false);
        List<WorkflowCheck> checks = [];
        foreach (var definition in workflows.Workflows.Where(one => workflow is null || one.Name == workflow).OrderBy(static one => one.Name, StringComparer.Ordinal))
            checks.Add(await CheckAsync(definition, tenant, profiles, cancellationToken).ConfigureAwait(false));
        return checks;
    }

    private async Task<WorkflowCheck> CheckAsync(WorkflowDefinition workflow, string tenant, IReadOnlyList<StoredProfile> profiles, CancellationToken cancellationToken)
    {
        // As a caller that may use this tenant's profiles and says so: the same rule finds the profile as for a pinned token, and the codes are those of the thing itself.
        var request = new BindRequest
        {
            Caller = new RunCaller { Name = "check", Grant = new CredentialGrant([tenant], [], maySendKey: false) },
            Credentials = workflow.Slots.Count == 0 ? RunCredentials.None : RunCredentials.For(Credential.Tenant(tenant)),
        };
        var whole = await binder.ExplainAsync(workflow, request, cancellationToken).ConfigureAwait(false);
        SlotCheck[] slots = [.. workflow.Slots.Select((slot, i) => Check(slot, tenant, profiles, whole.Slots[i]))];
        var first = Array.Find(slots, static slot => !slot.CanRun);
        return new WorkflowCheck(workflow.Name, workflow.Version, whole.CanRun, first?.ErrorCode ?? whole.ErrorCode, first?.Reason ?? whole.Error, slots);
    }

    private static SlotCheck Check(SlotDefinition slot, string tenant, IReadOnlyList<StoredProfile> profiles, SlotExplanation explained)
    {
        var payer = profiles.FirstOrDefault(profile => profile.Name == explained.ProfileName);
        return new SlotCheck
        {
            Slot = slot.Name,
            Providers = slot.Providers,
            ProfileId = payer?.Id,
            Profile = payer?.Name,
            Provider = payer?.Provider,
            ErrorCode = explained.ErrorCode,
            Reason = explained.ErrorCode switch
            {
                null => $"Profile '{payer?.Name}' pays.",
                WorkflowErrorCodes.ProfileNotFound => Missing(slot, tenant, profiles),
                WorkflowErrorCodes.CredentialConflict => $"Tenant '{tenant}' has several enabled profiles that fit: {Names(Fitting(slot, profiles).Where(static profile => profile.Enabled))}. Disable all but one, or let callers that are not pinned name one.",
                _ => explained.Reason,
            },
            Models = [.. ModelsOf(slot, payer)],
        };
    }

    private static string Missing(SlotDefinition slot, string tenant, IReadOnlyList<StoredProfile> profiles)
    {
        var taken = slot.Providers.Count == 0 ? "any provider" : $"provider {string.Join(" or ", slot.Providers)}";
        if (profiles.Count == 0)
            return $"Tenant '{tenant}' has no profile. Create one of {taken}.";
        return Fitting(slot, profiles).Any()
            ? $"Tenant '{tenant}' has {Names(Fitting(slot, profiles))}, and the host has not added the provider. Add it where AddWorkflows() is called."
            : $"Tenant '{tenant}' has no profile of {taken}, but {Names(profiles)}. Create one.";
    }

    private static IEnumerable<StoredProfile> Fitting(SlotDefinition slot, IReadOnlyList<StoredProfile> profiles) =>
        profiles.Where(profile => slot.Providers.Count == 0 || slot.Providers.Contains(profile.Provider, StringComparer.OrdinalIgnoreCase));

    private static string Names(IEnumerable<StoredProfile> profiles) => string.Join(", ", profiles.Select(static profile => $"'{profile.Name}' ({profile.Provider})"));

    private static IEnumerable<ModelCheck> ModelsOf(SlotDefinition slot, StoredProfile? payer)
    {
        if ((slot.Model ?? payer?.Model) is { } chat)
            yield return new ModelCheck("chat", chat, ModelChoice.Mapped(payer, chat));
        if (slot.FallbackModel is { } fallback)
            yield return new ModelCheck("fallback", fallback, ModelChoice.Mapped(payer, fallback));
        if ((slot.EmbeddingModel ?? payer?.EmbeddingModel) is { } embedding)
            yield return new ModelCheck("embeddings", embedding, ModelChoice.Mapped(payer, embedding));
    }
}
