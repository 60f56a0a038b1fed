using CsCheck;
using KeyedWorkflows.Runtime;
using static KeyedWorkflows.Tests.Credentials.BindingScene;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>The binder against the table of the design, read row by row: whatever is given, both decide alike.</summary>
public sealed class BinderPropertyTests
{
    private static readonly StoredProfile[] World =
    [
        Profiles.Of("a", "acme"), Profiles.Of("a-off", "acme", enabled: false), Profiles.Of("a-b", "acme-b"), Profiles.Of("b", "beta"), Profiles.Of("b-two", "beta"), Profiles.Of("operator"),
        Profiles.Of("other", "acme", provider: "elsewhere"), Profiles.Of("keyless", "gamma") with { ApiKey = null }, Profiles.Of("no-model", "delta", model: null),
    ];

    private static readonly Secret Key = Secret.From(Profiles.NewKey());

    private static readonly Credential[] Given =
    [
        default, Credential.Unspecified, Credential.ApiKey(Key), "unknown", "Not A Name", .. World.Select(profile => Credential.Profile(profile.Name)), .. World.Select(profile => Credential.Id(profile.Id)),
        Credential.Tenant("acme"), Credential.Tenant("beta"), Credential.Tenant("acme-b"), Credential.Tenant("gamma"), Credential.Tenant("nobody"),
    ];

    private static readonly string?[] Names = [null, "unknown", "", .. World.Select(profile => profile.Name)];

    private static readonly Gen<Credential?> Maybe = Gen.Select(Gen.Int[0, 4], Gen.Int[0, Given.Length - 1], (share, number) => share < 2 ? (Credential?)null : Given[number]);

    private static readonly Gen<string?> MaybeName = Gen.Select(Gen.Int[0, 3], Gen.Int[0, Names.Length - 1], (share, number) => share < 2 ? null : Names[number]);

    private static readonly Gen<string?> MaybeTenant = Gen.Int[0, 5].Select(number => number switch { 0 => "acme", 1 => "beta", _ => null });

    private static readonly Gen<SlotCase> Slots = Gen.Select(
        Maybe, MaybeName, Gen.Int[0, 4], Maybe, MaybeName, Gen.Bool,
        (call, input, key, chooser, @default, model) => new SlotCase(call, input, key == 0, chooser, @default is "" ? null : @default, model));

    private static readonly Gen<RunCase> Runs = Gen.Select(
        Slots.Array[1, 3], Maybe, MaybeTenant, MaybeTenant, Gen.Bool, Gen.Int[0, 511], Gen.Bool,
        (slots, host, wanted, pinned, mixed, grants, keys) => new RunCase(slots, host, wanted, pinned, mixed, [.. World.Where((_, number) => (grants & (1 << number)) != 0).Select(profile => profile.Id)], keys));

    [Fact]
    public async Task Whatever_is_given_the_binder_decides_as_the_table_does() => await Runs.SampleAsync(async run =>
    {
        var scene = new BindingScene(World) { Providers = [new FakeProvider("openai"), new FakeProvider("elsewhere")], Authorizer = new Tokens(run.Grants, run.Keys), Current = run.Host };
        var slots = run.Slots.Select((slot, number) => SketchWorkflow.Slot("s" + number, @default: slot.Default, hasChooser: slot.Chooser is not null, model: slot.HasModel ? "m" : null)).ToArray();
        var request = new BindRequest
        {
            Credentials = RunCredentials.PerSlot([.. run.Slots.Select(slot => slot.Call)]),
            Selections = run.Selections(),
            Chooser = (slot, _) => new(run.Slots[slot].Chooser!.Value),
            Tenant = run.Wanted,
            Caller = new RunCaller { Name = "token", PinnedTenant = run.Pinned },
        };

        string outcome;
        try
        {
            var binding = await scene.Binder.BindAsync(run.Mixed ? SketchWorkflow.Mixed(slots) : SketchWorkflow.Of(slots), request, CancellationToken.None);
            outcome = $"{binding.Tenant}: {string.Join(", ", binding.Slots.Select(slot => $"{slot.Source} {slot.ProfileId ?? "key"}"))}";
        }
        catch (WorkflowRunException error)
        {
            outcome = error.Code;
        }

        Assert.Equal(run.Expected(), outcome);
        var explanation = await scene.Binder.ExplainAsync(run.Mixed ? SketchWorkflow.Mixed(slots) : SketchWorkflow.Of(slots), request, CancellationToken.None);
        Assert.Equal(explanation.CanRun ? outcome : explanation.ErrorCode, outcome);
    }, iter: 5_000);

    private sealed class Tokens(string[] grants, bool keys) : ICredentialAuthorizer
    {
        public bool MayUse(RunCaller caller, StoredProfile profile) => grants.Contains(profile.Id);

        public bool MaySendKey(RunCaller caller) => keys;
    }

    private sealed record SlotCase(Credential? Call, string? Input, bool Key, Credential? Chooser, string? Default, bool HasModel);

    private sealed record RunCase(SlotCase[] Slots, Credential? Host, string? Wanted, string? Pinned, bool Mixed, string[] Grants, bool Keys)
    {
        public InputSelections Selections()
        {
            var selections = default(InputSelections);
            for (var slot = 0; slot < Slots.Length; slot++)
            {
                selections.ProfileName(slot, Slots[slot].Input, nullable: true);
                selections.ApiKey(slot, Slots[slot].Key ? BinderPropertyTests.Key : null, nullable: true);
            }
            return selections;
        }

        public override string ToString() => $"{string.Join<SlotCase>(" | ", Slots)}; host {Host}, wanted {Wanted}, pinned {Pinned}, mixed {Mixed}, grants {string.Join(' ', Grants)}, keys {Keys}";

        /// <summary>The table, as plainly as it can be written.</summary>
        public string Expected()
        {
            List<(string Text, string? Tenant)> bound = [];
            foreach (var slot in Slots)
            {
                var (refusal, source, profile) = Slot(slot);
                if (refusal is not null)
                    return refusal;
                bound.Add(($"{source} {profile?.Id ?? "key"}", profile?.Tenant));
            }
            string[] tenants = [.. bound.Select(slot => slot.Tenant).OfType<string>().Distinct()];
            if (Wanted is not null && (tenants.Length == 0 ? Wanted != Pinned : Mixed ? !tenants.Contains(Wanted) : tenants.Any(tenant => tenant != Wanted)))
                return WorkflowErrorCodes.TenantMismatch;
            if (!Mixed && tenants.Length > 1)
                return WorkflowErrorCodes.TenantMismatch;
            return $"{Wanted ?? tenants.FirstOrDefault()}: {string.Join(", ", bound.Select(slot => slot.Text))}";
        }

        private (string? Refusal, CredentialSource Source, StoredProfile? Profile) Slot(SlotCase slot)
        {
            (CredentialSource Source, Credential Credential)[] callers =
            [
                .. Some(CredentialSource.Call, slot.Call), .. Some(CredentialSource.ApiKeyInput, slot.Key ? Credential.ApiKey(BinderPropertyTests.Key) : (Credential?)null),
                .. Some(CredentialSource.ProfileNameInput, slot.Input is { } name ? Credential.Profile(name) : (Credential?)null),
            ];
            if (callers.Any(one => one.Credential.Kind is CredentialKind.Invalid or CredentialKind.Unspecified))
                return (WorkflowErrorCodes.CredentialInvalid, default, null);
            if (callers.Any(one => one.Credential != callers[0].Credential))
                return (WorkflowErrorCodes.CredentialConflict, default, null);
            if (Pinned is not null)
            {
                var named = callers.Length == 0 || callers[0].Credential == Credential.Tenant(Pinned) ? Credential.Tenant(Pinned) : callers[0].Credential;
                var (refusal, profile) = named.Kind == CredentialKind.ApiKey ? (WorkflowErrorCodes.ProfileNotFound, null) : Fit(slot, named, isCallers: false);
                if (named == Credential.Tenant(Pinned))
                    return callers.Length == 0 || refusal is null || refusal == WorkflowErrorCodes.ModelMissing ? (refusal, CredentialSource.PinnedToken, profile) : (WorkflowErrorCodes.ProviderNotInitialized, default, null);
                return refusal is null && named.Kind != CredentialKind.Tenant && profile!.Tenant == Pinned ? (null, CredentialSource.PinnedToken, profile) : (WorkflowErrorCodes.ProfileNotFound, default, null);
            }
            if (callers.Length > 0)
                return Resolved(slot, callers[0], isCallers: true);
            if (slot.Chooser is { Kind: not CredentialKind.Unspecified } chosen)
                return chosen.Kind == CredentialKind.Invalid ? (WorkflowErrorCodes.ProviderNotInitialized, default, null) : Resolved(slot, (CredentialSource.ChooseProfile, chosen), isCallers: false);
            if (slot.Default is { } @default)
                return Resolved(slot, (CredentialSource.SlotDefault, @default), isCallers: false);
            return Host is { } host ? Resolved(slot, (CredentialSource.HostDefault, host), isCallers: false) : (WorkflowErrorCodes.CredentialMissing, default, null);
        }

        private (string?, CredentialSource, StoredProfile?) Resolved(SlotCase slot, (CredentialSource Source, Credential Credential) choice, bool isCallers)
        {
            var (refusal, profile) = Fit(slot, choice.Credential, isCallers);
            return (refusal, choice.Source, profile);
        }

        private (string? Refusal, StoredProfile? Profile) Fit(SlotCase slot, Credential credential, bool isCallers)
        {
            string As(string code) => isCallers ? code : WorkflowErrorCodes.ProviderNotInitialized;
            StoredProfile? profile = null;
            switch (credential.Kind)
            {
                case CredentialKind.ApiKey:
                    return !Keys ? (As(WorkflowErrorCodes.ProfileNotFound), null) : !slot.HasModel ? (WorkflowErrorCodes.ModelMissing, null) : (null, null);
                case CredentialKind.Tenant:
                    StoredProfile[] fitting = [.. World.Where(one => one.Tenant == credential.Text && Grants.Contains(one.Id) && one.Provider == "openai")];
                    StoredProfile[] enabled = [.. fitting.Where(one => one.Enabled)];
                    if (enabled.Length > 1)
                        return (As(WorkflowErrorCodes.CredentialConflict), null);
                    profile = enabled.FirstOrDefault() ?? fitting.FirstOrDefault();
                    break;
                case CredentialKind.Profile or CredentialKind.Id:
                    profile = World.FirstOrDefault(one => (credential.Kind == CredentialKind.Id ? one.Id : one.Name) == credential.Text && Grants.Contains(one.Id));
                    break;
            }
            if (profile is null)
                return (As(WorkflowErrorCodes.ProfileNotFound), null);
            if (profile.Provider != "openai")
                return (As(WorkflowErrorCodes.ProviderMismatch), null);
            if (!profile.Enabled)
                return (As(WorkflowErrorCodes.ProfileDisabled), null);
            if (profile.ApiKey is null)
                return (WorkflowErrorCodes.ProviderNotInitialized, null);
            return !slot.HasModel && profile.Model is null ? (WorkflowErrorCodes.ModelMissing, null) : (null, profile);
        }

        private static (CredentialSource, Credential)[] Some(CredentialSource source, Credential? credential) => credential is { } given ? [(source, given)] : [];
    }
}
