using System.Runtime.CompilerServices;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>
/// Chooses who pays for each slot of a run, in the documented order, and freezes the answer before the first step. The first rule that gives anything decides; a choice that fails
/// fails the run, and never moves to the next rule. Running and explaining take the same way. Where stores and choosers answer at once, nothing is allocated but the binding. What waits
/// is not inlined: the state of a method that waits would be cleared on every call.
/// </summary>
internal sealed class CredentialBinder(IProfileStore profiles, ModelProviders providers, ICredentialAuthorizer authorizer, IHostDefault? hostDefault) : ICredentialBinder
{
    private readonly ProfileResolver resolver = new(profiles, providers, authorizer);

    public ValueTask<RunBinding> BindAsync(WorkflowDefinition workflow, in BindRequest request, CancellationToken cancellationToken)
    {
        if (RunRules.CallFault(workflow, request) is { } fault)
            return ValueTask.FromException<RunBinding>(fault.ToException());
        if (workflow.SlotCount != 1)
            return BindAllAsync(workflow, request, cancellationToken);

        // Most workflows have one slot, and most stores answer from memory: that way needs neither an array nor the state of a method that waits.
        var only = BindSlotAsync(workflow, 0, request, cancellationToken);
        return only.IsCompletedSuccessfully ? BindOnly(workflow, only.Result, request) : BindOnlyLaterAsync(workflow, only, request);
    }

    public ValueTask<CredentialExplanation> ExplainAsync(WorkflowDefinition workflow, in BindRequest request, CancellationToken cancellationToken) => ExplainAllAsync(workflow, request, cancellationToken);

    public RunBinding BindChild(RunBinding parent, WorkflowDefinition child, ReadOnlySpan<int> slots)
    {
        if (slots.Length != child.SlotCount)
            throw new ArgumentException($"The workflow '{child.Name}' has {child.SlotCount} slots, and {slots.Length} were given.", nameof(slots));
        var bound = new SlotBinding[slots.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            var from = parent[slots[i]];
            var slot = child.SlotAt(i);
            bound[i] = new SlotBinding(slot.Name, CredentialSource.Parent, from.Profile, from.Inline);
            if ((resolver.ProviderFault(slot, from.Provider) ?? RunRules.ModelFault(slot, bound[i])) is { } fault)
                throw (fault with { Slot = slot.Name, Source = CredentialSource.Parent, Profile = from.ProfileName }).ToException();
        }
        return RunRules.Freeze(child, bound, parent.Tenant, out var binding) is { } refusal ? throw refusal.ToException() : binding!;
    }

    private ValueTask<RunBinding> BindOnly(WorkflowDefinition workflow, SlotOutcome outcome, in BindRequest request)
    {
        RunBinding? binding = null;
        var refusal = outcome.Binding is { } bound ? Freeze(workflow, new(in bound), request, out binding) : outcome.Refusal;
        return refusal is null ? new(binding!) : ValueTask.FromException<RunBinding>(refusal.ToException());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<RunBinding> BindOnlyLaterAsync(WorkflowDefinition workflow, ValueTask<SlotOutcome> outcome, BindRequest request) =>
        await BindOnly(workflow, await outcome.ConfigureAwait(false), request).ConfigureAwait(false);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<RunBinding> BindAllAsync(WorkflowDefinition workflow, BindRequest request, CancellationToken cancellationToken)
    {
        var bound = new SlotBinding[workflow.SlotCount];
        for (var slot = 0; slot < bound.Length; slot++)
        {
            var outcome = await BindSlotAsync(workflow, slot, request, cancellationToken).ConfigureAwait(false);
            bound[slot] = outcome.Binding ?? throw outcome.Refusal!.ToException();
        }
        return Freeze(workflow, bound, request, out var binding) is { } refusal ? throw refusal.ToException() : binding!;
    }

    private async ValueTask<CredentialExplanation> ExplainAllAsync(WorkflowDefinition workflow, BindRequest request, CancellationToken cancellationToken)
    {
        var first = RunRules.CallFault(workflow, request);
        var bound = new SlotBinding[workflow.SlotCount];
        var slots = new SlotExplanation[workflow.SlotCount];
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var definition = workflow.SlotAt(slot);
            SlotOutcome outcome;
            try
            {
                outcome = await BindSlotAsync(workflow, slot, request, cancellationToken).ConfigureAwait(false);
            }
            catch (WorkflowRunException error)
            {
                // The chooser's own failure.
                outcome = new Refusal(error.Code, error.Message) { Slot = definition.Name, Source = CredentialSource.ChooseProfile };
            }
            first ??= outcome.Refusal;
            bound[slot] = outcome.Binding!;
            slots[slot] = outcome.Binding is { } binding ? Explain(definition, binding) : Explain(definition, outcome.Refusal!);
        }
        RunBinding? whole = null;
        first ??= Freeze(workflow, bound, request, out whole);
        return new CredentialExplanation
        {
            Workflow = workflow.Name,
            CanRun = first is null,
            Tenant = whole?.Tenant,
            Slots = slots,
            ErrorCode = first?.Code,
            Error = first?.Message,
            RefusedPayer = first?.Payer,
        };
    }

    private Refusal? Freeze(WorkflowDefinition workflow, ReadOnlySpan<SlotBinding> slots, in BindRequest request, out RunBinding? binding)
    {
        binding = null;
        var caller = request.Caller ?? RunCaller.Host;
        return RunRules.KeyFault(workflow, slots, request.Credentials)
            ?? RunRules.TenantFault(workflow, slots, request.Tenant, caller, authorizer)
            ?? RunRules.Freeze(workflow, slots, request.Tenant ?? caller.PinnedTenant, out binding);
    }

    private ValueTask<SlotOutcome> BindSlotAsync(WorkflowDefinition workflow, int slot, in BindRequest request, CancellationToken cancellationToken)
    {
        var definition = workflow.SlotAt(slot);
        var caller = request.Caller ?? RunCaller.Host;
        if (CallerSelections.Read(request, slot, definition.Name, out var choice) is { } refusal)
            return new(refusal);
        if (caller.PinnedTenant is { } pinned)
            return resolver.ResolvePinnedAsync(definition, caller, pinned, choice, cancellationToken);
        if (choice is { } given)
            return resolver.ResolveAsync(definition, caller, given, cancellationToken);
        return definition.HasChooser
            ? BindChosenAsync(definition, slot, caller, request.Chooser, cancellationToken)
            : BindDefaultAsync(definition, caller, cancellationToken);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<SlotOutcome> BindChosenAsync(
        SlotDefinition definition, int slot, RunCaller caller, Func<int, CancellationToken, ValueTask<Credential>>? chooser, CancellationToken cancellationToken)
    {
        // A chooser that cannot be asked has not asked for the next rule.
        var chosen = chooser is null ? default : await chooser(slot, cancellationToken).ConfigureAwait(false);
        if (chosen.Kind == CredentialKind.Invalid)
        {
            return new Refusal(
                WorkflowErrorCodes.ProviderNotInitialized,
                $"The [ChooseProfile] method of slot '{definition.Name}' could not be asked, or returned null, or a name that is empty or malformed. Return Credential.Unspecified to ask for the next rule.")
            { Slot = definition.Name, Source = CredentialSource.ChooseProfile };
        }
        return chosen.Kind == CredentialKind.Unspecified
            ? await BindDefaultAsync(definition, caller, cancellationToken).ConfigureAwait(false)
            : await resolver.ResolveAsync(definition, caller, new(CredentialSource.ChooseProfile, chosen), cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<SlotOutcome> BindDefaultAsync(SlotDefinition definition, RunCaller caller, CancellationToken cancellationToken)
    {
        if (definition.Default is { } name)
            return resolver.ResolveAsync(definition, caller, new(CredentialSource.SlotDefault, Credential.Profile(name)), cancellationToken);
        if (hostDefault?.Current is { } host)
            return resolver.ResolveAsync(definition, caller, new(CredentialSource.HostDefault, host), cancellationToken);
        return new(Missing(definition));
    }

    private static Refusal Missing(SlotDefinition slot) => new(
        WorkflowErrorCodes.CredentialMissing,
        $"Slot '{slot.Name}' has no credential: the call gives none, and neither input, chooser, slot default nor host default names one. Give one in the call: RunAsync(input, \"profile\").")
    { Slot = slot.Name };

    private static SlotExplanation Explain(SlotDefinition slot, SlotBinding binding) => new()
    {
        Slot = slot.Name,
        Source = binding.Source,
        ProfileName = binding.ProfileName,
        Provider = binding.Provider,
        Model = (slot.Model ?? binding.Profile?.Model) is { } model ? ModelChoice.Mapped(binding.Profile, model) : null,
        Reason = $"{(binding.Profile is null ? "A key for this run" : $"Profile '{binding.ProfileName}'")} was chosen {CallerSelections.Place(binding.Source)}.",
    };

    private static SlotExplanation Explain(SlotDefinition slot, Refusal refusal) => new()
    {
        Slot = slot.Name,
        Source = refusal.Source,
        ProfileName = refusal.Profile,
        ErrorCode = refusal.Code,
        Reason = refusal.Message,
    };
}
