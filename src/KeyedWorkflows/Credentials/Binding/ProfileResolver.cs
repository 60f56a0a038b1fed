using System.Runtime.CompilerServices;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>Turns a choice into a binding: look-up, grant, provider, enabled. What fails is told to the one who chose: a caller learns nothing of profiles that it may not use.</summary>
internal sealed class ProfileResolver(IProfileStore profiles, ModelProviders providers, ICredentialAuthorizer authorizer)
{
    public ValueTask<SlotOutcome> ResolveAsync(SlotDefinition slot, RunCaller caller, in SlotChoice choice, CancellationToken cancellationToken)
    {
        var credential = choice.Credential;
        if (credential.Kind is not (CredentialKind.Profile or CredentialKind.Id))
            return ResolveOtherAsync(slot, caller, choice, cancellationToken);
        try
        {
            var search = credential.Kind == CredentialKind.Profile
                ? profiles.FindByNameAsync(credential.Text!, cancellationToken)
                : profiles.FindByIdAsync(credential.Text!, cancellationToken);
            return search.IsCompletedSuccessfully ? new(Admit(slot, caller, choice, search.Result)) : AdmitLaterAsync(slot, caller, choice, search);
        }
        catch (WorkflowRunException error)
        {
            return new(OfStore(error, slot, choice.Source));
        }
    }

    /// <summary>
    /// Rule 0: the tenant that the caller's token is pinned to pays, whatever else is chosen. The caller may name which of that tenant's profiles; any other selection looks as if its profile
    /// did not exist, to the letter.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public async ValueTask<SlotOutcome> ResolvePinnedAsync(SlotDefinition slot, RunCaller caller, string tenant, SlotChoice? selected, CancellationToken cancellationToken)
    {
        if (selected is { } selection && selection.Credential.Kind != CredentialKind.Tenant)
        {
            var outcome = selection.Credential.Kind == CredentialKind.ApiKey ? default : await ResolveAsync(slot, caller, selection, cancellationToken).ConfigureAwait(false);
            return outcome.Binding?.Profile is { } profile && profile.Tenant == tenant
                ? new SlotBinding(slot.Name, CredentialSource.PinnedToken, profile, null)
                : NotFound(slot, selection.Source) with { Payer = outcome.Refusal?.Payer ?? RefusedPayer.Of(outcome.Binding?.Profile) };
        }
        return selected is { } named && named.Credential.Text != tenant
            ? NotFound(slot, named.Source)
            : await ResolveAsync(slot, caller, new(CredentialSource.PinnedToken, Credential.Tenant(tenant)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same answer for what does not exist and what may not be used, and never the name: it may be a key, or another tenant's.</summary>
    public static Refusal NotFound(SlotDefinition slot, CredentialSource source) => IsCallers(source)
        ? new(
            WorkflowErrorCodes.ProfileNotFound,
            $"There is no such profile as the one given for slot '{slot.Name}' {CallerSelections.Place(source)}, or this caller may not use it. It is not repeated here. Compare it with the names under KeyedWorkflows:Profiles, or in the host's own stores.")
        { Slot = slot.Name, Source = source }
        : new(
            WorkflowErrorCodes.ProviderNotInitialized,
            $"The profile that was chosen for slot '{slot.Name}' {CallerSelections.Place(source)} does not exist, or may not be used by this caller. The workflow's author or the operator must set it up.")
        { Slot = slot.Name, Source = source };

    /// <summary>Says why a slot cannot be paid for by a family, or null. Slot, profile and rule are added by who asks.</summary>
    public Refusal? ProviderFault(SlotDefinition slot, string name)
    {
        if (!providers.TryFind(name, out var provider))
            return Absent(slot, name, providers.Names);
        if (provider.IsScripted)
            return providers.IsProduction ? Scripted(slot, name) : null;
        if (slot.Providers.Count == 0)
            return null;
        for (var i = 0; i < slot.Providers.Count; i++)
        {
            if (string.Equals(slot.Providers[i], name, StringComparison.OrdinalIgnoreCase))
                return null;
        }
        return Other(slot, name);

        // Each text in a method of its own: what builds it would be cleared on every call that needs none.
        static Refusal Absent(SlotDefinition slot, string name, string added) => new(
            WorkflowErrorCodes.ProviderMismatch,
            $"The credential of slot '{slot.Name}' is of provider '{name}', which the host has not added (it has: {added}). Add it where AddWorkflows() is called, as AddOpenAI() adds 'openai', or mend the profile's Provider.");

        static Refusal Scripted(SlotDefinition slot, string name) =>
            new(WorkflowErrorCodes.ProviderMismatch, $"The credential of slot '{slot.Name}' is of the scripted provider '{name}', which answers without a model. It is refused in Production.");

        static Refusal Other(SlotDefinition slot, string name) =>
            new(WorkflowErrorCodes.ProviderMismatch, $"Slot '{slot.Name}' takes credentials of {string.Join(" or ", slot.Providers)}, and was given one of '{name}'.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<SlotOutcome> AdmitLaterAsync(SlotDefinition slot, RunCaller caller, SlotChoice choice, ValueTask<StoredProfile?> search)
    {
        try
        {
            return Admit(slot, caller, choice, await search.ConfigureAwait(false));
        }
        catch (WorkflowRunException error)
        {
            return OfStore(error, slot, choice.Source);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<SlotOutcome> ResolveOtherAsync(SlotDefinition slot, RunCaller caller, SlotChoice choice, CancellationToken cancellationToken)
    {
        if (choice.Credential.Kind == CredentialKind.ApiKey)
            return AdmitKey(slot, caller, choice);
        if (choice.Credential.Kind != CredentialKind.Tenant)
            return NotFound(slot, choice.Source);
        try
        {
            return AdmitOne(slot, caller, choice, await profiles.FindByTenantAsync(choice.Credential.Text!, cancellationToken).ConfigureAwait(false));
        }
        catch (WorkflowRunException error)
        {
            return OfStore(error, slot, choice.Source);
        }
    }

    private static Refusal OfStore(WorkflowRunException error, SlotDefinition slot, CredentialSource source) => new(error.Code, error.Message) { Slot = slot.Name, Source = source };

    private SlotOutcome Admit(SlotDefinition slot, RunCaller caller, in SlotChoice choice, StoredProfile? profile)
    {
        if (profile is null || !IsAskedFor(profile, choice.Credential))
            return NotFound(slot, choice.Source);
        if (!authorizer.MayUse(caller, profile))
            return NotFound(slot, choice.Source) with { Payer = RefusedPayer.Of(profile) };
        if (profile.Fault is { } broken)
            return Unfit(slot, choice.Source, profile, broken.Code, broken.Message);
        if (ProviderFault(slot, profile.Provider) is { } fault)
            return Unfit(slot, choice.Source, profile, fault.Code, fault.Message);
        if (!profile.Enabled)
            return Disabled(slot, choice.Source, profile);
        if (profile.ApiKey is not { IsUsable: true } && providers.RequiresKey(profile.Provider))
            return Keyless(slot, choice.Source, profile);
        var binding = new SlotBinding(slot.Name, choice.Source, profile, null);
        return RunRules.ModelFault(slot, binding) is { } noModel ? noModel with { Source = choice.Source, Profile = profile.Name } : binding;
    }

    /// <summary>A store's answer is not taken on trust: one that searches by pattern finds "acmexb" for "acme_b".</summary>
    private static bool IsAskedFor(StoredProfile profile, in Credential credential) => credential.Kind switch
    {
        CredentialKind.Profile => profile.Name == credential.Text,
        CredentialKind.Id => profile.Id == credential.Text,
        _ => profile.Tenant == credential.Text,
    };

    private static Refusal Disabled(SlotDefinition slot, CredentialSource source, StoredProfile profile) =>
        Unfit(slot, source, profile, WorkflowErrorCodes.ProfileDisabled, $"Profile '{profile.Name}' of slot '{slot.Name}' is disabled.");

    private static Refusal Keyless(SlotDefinition slot, CredentialSource source, StoredProfile profile) => Unfit(
        slot, source, profile, WorkflowErrorCodes.ProviderNotInitialized,
        $"Profile '{profile.Name}' of slot '{slot.Name}' holds no key that can be used, and provider '{profile.Provider}' needs one. Set its ApiKey where the profile is stored; in configuration that is KeyedWorkflows:Profiles:{profile.Name}:ApiKey.");

    /// <summary>A tenant stands for its one profile that fits the slot. Disabled ones are not candidates: after a rotation the old one may still lie there.</summary>
    private SlotOutcome AdmitOne(SlotDefinition slot, RunCaller caller, SlotChoice choice, IReadOnlyList<StoredProfile> all)
    {
        StoredProfile? found = null;
        StoredProfile? disabled = null;
        var isThere = false;
        foreach (var profile in all)
        {
            if (!IsAskedFor(profile, choice.Credential))
                continue;
            isThere = true;
            if (!authorizer.MayUse(caller, profile) || ProviderFault(slot, profile.Provider) is not null)
                continue;
            if (!profile.Enabled)
            {
                disabled = profile;
            }
            else if (found is null)
            {
                found = profile;
            }
            else
            {
                var code = IsCallers(choice.Source) ? WorkflowErrorCodes.CredentialConflict : WorkflowErrorCodes.ProviderNotInitialized;
                return new Refusal(code, $"The tenant given for slot '{slot.Name}' {CallerSelections.Place(choice.Source)} has several enabled profiles that fit. Name one of them.") { Slot = slot.Name, Source = choice.Source };
            }
        }
        if ((found ?? disabled) is { } one)
            return Admit(slot, caller, choice, one);

        // A tenant that nobody has is no more than a text of the caller's.
        var payer = isThere ? new RefusedPayer(null, null, choice.Credential.Text) : null;
        return IsCallers(choice.Source)
            ? new Refusal(
                WorkflowErrorCodes.ProfileNotFound,
                $"The tenant given for slot '{slot.Name}' {CallerSelections.Place(choice.Source)} has no profile that fits. It is not repeated here.")
            { Slot = slot.Name, Source = choice.Source, Payer = payer }
            : NotFound(slot, choice.Source) with { Payer = payer };
    }

    private SlotOutcome AdmitKey(SlotDefinition slot, RunCaller caller, SlotChoice choice)
    {
        if (!authorizer.MaySendKey(caller))
            return NotFound(slot, choice.Source);
        if (OwnTokens.Fault(choice.Credential.Key!) is { } ours)
            return Unfit(slot, choice.Source, null, WorkflowErrorCodes.CredentialInvalid, $"The key for slot '{slot.Name}' is none. {ours}");
        var origin = caller.IsHost ? EndpointOrigin.Host : EndpointOrigin.Caller;
        if (choice.Credential.Endpoint is { } endpoint && EndpointRules.Fault(endpoint, origin) is { } fault)
            return Unfit(slot, choice.Source, null, WorkflowErrorCodes.CredentialInvalid, $"The endpoint that is given with the key for slot '{slot.Name}' {fault}");
        if (choice.Credential.Endpoint is { } named && !authorizer.MayNameEndpoint(caller, named))
            return Unfit(slot, choice.Source, null, WorkflowErrorCodes.CredentialInvalid, $"The endpoint that is given with the key for slot '{slot.Name}' is not one that this caller may name. Leave it out.");
        var provider = slot.Providers.Count == 1 ? providers.CanonicalName(slot.Providers[0]) : providers.Single;
        if (provider is null)
        {
            return Unfit(
                slot, choice.Source, null, WorkflowErrorCodes.CredentialInvalid,
                $"Slot '{slot.Name}' takes keys of several providers, and a key does not say of which it is. Use a stored profile, or declare the slot for one provider.");
        }
        if (ProviderFault(slot, provider) is { } unfit)
            return Unfit(slot, choice.Source, null, unfit.Code, unfit.Message);
        var binding = new SlotBinding(slot.Name, choice.Source, null, new InlineCredential(provider, choice.Credential.Key!, choice.Credential.Endpoint, origin));
        return RunRules.ModelFault(slot, binding) is { } noModel ? noModel with { Source = choice.Source } : binding;
    }

    /// <summary>What a caller's profile lacks is told to the caller; what the author's or operator's lacks, the caller can do nothing about.</summary>
    private static Refusal Unfit(SlotDefinition slot, CredentialSource source, StoredProfile? profile, string code, string message) =>
        new(IsCallers(source) ? code : WorkflowErrorCodes.ProviderNotInitialized, IsCallers(source) ? message : $"{message} It was chosen {CallerSelections.Place(source)}.")
        {
            Slot = slot.Name,
            Source = source,
            Profile = profile?.Name,
            Payer = RefusedPayer.Of(profile),
        };

    private static bool IsCallers(CredentialSource source) => source is CredentialSource.Call or CredentialSource.ApiKeyInput or CredentialSource.ProfileNameInput;
}
