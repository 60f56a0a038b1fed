using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>What must hold for a run's credentials taken together.</summary>
internal static class RunRules
{
    /// <summary>What the call says must make sense for the workflow, whatever is chosen: the tenant is a name, and a credential has a slot to pay for.</summary>
    public static Refusal? CallFault(WorkflowDefinition workflow, in BindRequest request)
    {
        var given = request.Credentials;
        if (request.Tenant is { } tenant && !ProfileNames.IsValid(tenant))
            return new(WorkflowErrorCodes.InvalidInput, "RunOptions.Tenant is empty or malformed. It is not repeated here. Give a tenant's name, or leave it out.");
        if (workflow.SlotCount == 0 && given.IsGiven)
            return WithoutSlot(workflow);
        return given.SlotCount > workflow.SlotCount ? TooMany(workflow, given.SlotCount) : null;

        // Each text in a method of its own, here and below: what builds it would be cleared on every call that needs none.
        static Refusal WithoutSlot(WorkflowDefinition workflow) =>
            new(WorkflowErrorCodes.CredentialInvalid, $"The workflow '{workflow.Name}' declares no credential slot, and was given a credential. Leave it out.");

        static Refusal TooMany(WorkflowDefinition workflow, int given) => new(
            WorkflowErrorCodes.CredentialInvalid,
            $"The workflow '{workflow.Name}' declares {workflow.SlotCount} credential slots, and was given credentials for {given}. Give one for each slot.");
    }

    /// <summary>Whether it is certain, before any call, that a step of the slot would have no model to ask.</summary>
    public static Refusal? ModelFault(SlotDefinition slot, SlotBinding binding) =>
        slot.NeedsModel && slot.Model is null && binding.Profile?.Model is null ? WithoutModel(slot, binding) : null;

    private static Refusal WithoutModel(SlotDefinition slot, SlotBinding binding) =>
        new(WorkflowErrorCodes.ModelMissing, $"No model is named for slot '{slot.Name}': neither by its prompts, nor by the slot, nor by {(binding.Profile is null ? "a key" : "the profile")}. Name one in [CredentialProfile(Model = …)] or in the profile.")
        { Slot = slot.Name };

    /// <summary>
    /// One key for the whole call is a key of one family: it must not reach a second one, which would learn it.
    /// </summary>
    public static Refusal? KeyFault(WorkflowDefinition workflow, ReadOnlySpan<SlotBinding> slots, in RunCredentials credentials)
    {
        if (!credentials.IsForAllSlots)
            return null;
        string? first = null;
        foreach (var slot in slots)
        {
            if (slot.Inline is not { } inline)
                continue;
            first ??= inline.Provider;
            if (inline.Provider != first)
                return OtherFamily(workflow, slot, inline.Provider, first);
        }
        return null;

        static Refusal OtherFamily(WorkflowDefinition workflow, SlotBinding slot, string provider, string first) => new(
            WorkflowErrorCodes.CredentialInvalid,
            $"One key was given for all slots of '{workflow.Name}', and slot '{slot.Slot}' is of another provider ('{provider}') than the slots before it ('{first}'). Give each slot its own credential.")
        { Slot = slot.Slot, Source = slot.Source };
    }

    /// <summary>The tenant that the call names is the run's word for steps and tools: where no profile of that tenant pays, the caller must be allowed to speak for it.</summary>
    public static Refusal? TenantFault(WorkflowDefinition workflow, ReadOnlySpan<SlotBinding> slots, string? wanted, RunCaller caller, ICredentialAuthorizer authorizer)
    {
        if (wanted is null)
            return null;
        foreach (var slot in slots)
        {
            if (slot.Tenant is not null)
                return null;
        }
        return wanted == caller.PinnedTenant || authorizer.MayServe(caller, wanted) ? null : Unserved(workflow);

        static Refusal Unserved(WorkflowDefinition workflow) =>
            Mismatch($"The run of '{workflow.Name}' may not serve the tenant that the call names (RunOptions.Tenant): no profile of that tenant pays, and this caller may not speak for it.", null);
    }

    /// <summary>
    /// Fixes the binding, or refuses it: a run serves one tenant. Operators' profiles and keys go with any. Where the workflow allows several tenants, the run serves the one
    /// that the call names, which must be one of them, else that of the first slot.
    /// </summary>
    public static Refusal? Freeze(WorkflowDefinition workflow, ReadOnlySpan<SlotBinding> slots, string? wanted, out RunBinding? binding)
    {
        binding = null;
        string? first = null;
        var agrees = false;
        foreach (var slot in slots)
        {
            if (slot.Tenant is not { } tenant)
                continue;
            agrees |= tenant == wanted;
            first ??= tenant;
            if (workflow.AllowMixedTenants)
                continue;
            if (tenant != first)
                return TwoTenants(workflow, slot);
            if (wanted is not null && tenant != wanted)
                return OtherTenant(slot);
        }
        if (wanted is not null && first is not null && !agrees)
            return NoTenant(workflow);
        binding = slots.Length == 0 && wanted is null ? RunBinding.Empty : new RunBinding(slots, wanted ?? first);
        return null;

        static Refusal TwoTenants(WorkflowDefinition workflow, SlotBinding slot) =>
            Mismatch($"The slots of '{workflow.Name}' would be paid for by two tenants: slot '{slot.Slot}' by another than the slots before it. A run serves one tenant.", slot);

        static Refusal OtherTenant(SlotBinding slot) =>
            Mismatch($"Slot '{slot.Slot}' would be paid for by another tenant than the one that the call says the run serves (RunOptions.Tenant).", slot);

        static Refusal NoTenant(WorkflowDefinition workflow) =>
            Mismatch($"None of the slots of '{workflow.Name}' would be paid for by the tenant that the call says the run serves (RunOptions.Tenant).", null);
    }

    private static Refusal Mismatch(string message, SlotBinding? slot) => new(WorkflowErrorCodes.TenantMismatch, message) { Slot = slot?.Slot, Source = slot?.Source };
}
