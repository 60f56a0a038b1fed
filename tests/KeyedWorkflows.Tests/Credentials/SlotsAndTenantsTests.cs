using KeyedWorkflows.Runtime;
using static KeyedWorkflows.Tests.Credentials.BindingScene;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>What must hold for all slots of a run together: all bound or none, and one tenant.</summary>
public sealed class SlotsAndTenantsTests
{
    private readonly BindingScene scene = new(Profiles.Of("a", "acme"), Profiles.Of("a-b", "acme-b"), Profiles.Of("b", "beta"), Profiles.Of("operator"));
    private readonly SlotDefinition[] two = [SketchWorkflow.Slot("main"), SketchWorkflow.Slot("judge")];

    [Fact]
    public async Task Each_slot_is_bound_by_its_own_rule()
    {
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot("main"), SketchWorkflow.Slot("judge", hasChooser: true), SketchWorkflow.Slot("third", @default: "operator"));
        var binding = await scene.BindAsync(workflow, new()
        {
            Credentials = RunCredentials.PerSlot("a", null, null),
            Chooser = (slot, _) => new(slot == 1 ? Credential.Id("id-a") : default),
        });

        Assert.Equal(
            [("main", "a", CredentialSource.Call), ("judge", "a", CredentialSource.ChooseProfile), ("third", "operator", CredentialSource.SlotDefault)],
            binding.Slots.Select(slot => (slot.Slot, slot.ProfileName, slot.Source)));
        Assert.Equal("acme", binding.Tenant);
    }

    [Fact]
    public async Task AllSlotsBindOrNone()
    {
        var error = await scene.RefusedAsync(SketchWorkflow.Of(two), new() { Credentials = RunCredentials.PerSlot("a", null) });

        Assert.Equal((WorkflowErrorCodes.CredentialMissing, "judge"), (error.Code, error.Slot));
    }

    [Fact]
    public async Task TwoTenantsInOneRunRefused()
    {
        var error = await scene.RefusedAsync(SketchWorkflow.Of(two), new() { Credentials = RunCredentials.PerSlot("a", "b") });

        Assert.Equal((WorkflowErrorCodes.TenantMismatch, "judge"), (error.Code, error.Slot));
    }

    [Fact]
    public async Task TenantAIsNotTenantAB()
    {
        Assert.Equal(WorkflowErrorCodes.TenantMismatch, (await scene.RefusedAsync(SketchWorkflow.Of(two), new() { Credentials = RunCredentials.PerSlot("a", "a-b") })).Code);
        Assert.Equal("a", (await scene.BindOneAsync(SketchWorkflow.Of(two[0]), Call(Credential.Tenant("acme")))).ProfileName);
        Assert.Equal("a-b", (await scene.BindOneAsync(SketchWorkflow.Of(two[0]), Call(Credential.Tenant("acme-b")))).ProfileName);
        Assert.Equal(WorkflowErrorCodes.TenantMismatch, (await scene.RefusedAsync(SketchWorkflow.Of(two[0]), Call("a") with { Tenant = "acme-b" })).Code);
    }

    [Fact]
    public async Task A_store_that_answers_with_another_tenants_profile_is_not_believed()
    {
        var lying = new BindingScene { OtherStore = new LyingStore(Profiles.Of("a-b", "acme-b")) };

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await lying.RefusedAsync(SketchWorkflow.Of(two[0]), Call(Credential.Tenant("acme")))).Code);
    }

    [Fact]
    public async Task Profiles_without_tenant_and_keys_go_with_any_tenant()
    {
        Assert.Equal("acme", (await scene.BindAsync(SketchWorkflow.Of(two), new() { Credentials = RunCredentials.PerSlot("operator", "a") })).Tenant);
        Assert.Equal("beta", (await scene.BindAsync(SketchWorkflow.Of(two), new() { Credentials = RunCredentials.PerSlot(Credential.ApiKey(Profiles.NewKey()), "b") })).Tenant);
        Assert.Null((await scene.BindAsync(SketchWorkflow.Of(two), Call("operator"))).Tenant);
    }

    [Fact]
    public async Task A_workflow_may_allow_several_tenants()
    {
        var mixed = SketchWorkflow.Mixed(two);
        var both = new BindRequest { Credentials = RunCredentials.PerSlot("a", "b") };

        Assert.Equal("acme", (await scene.BindAsync(mixed, both)).Tenant);
        Assert.Equal("beta", (await scene.BindAsync(mixed, both with { Tenant = "beta" })).Tenant);
        Assert.Equal(WorkflowErrorCodes.TenantMismatch, (await scene.RefusedAsync(mixed, both with { Tenant = "acme-b" })).Code);
    }

    [Fact]
    public async Task The_tenant_that_the_call_names_must_be_the_payers()
    {
        Assert.Equal("acme", (await scene.BindAsync(SketchWorkflow.Of(two), Call("a") with { Tenant = "acme" })).Tenant);
        Assert.Equal("acme", (await scene.BindAsync(SketchWorkflow.Of(two), Call("operator") with { Tenant = "acme" })).Tenant);
        Assert.Equal(WorkflowErrorCodes.TenantMismatch, (await scene.RefusedAsync(SketchWorkflow.Of(two), Call("a") with { Tenant = "beta" })).Code);
        Assert.Equal(WorkflowErrorCodes.InvalidInput, (await scene.RefusedAsync(SketchWorkflow.Of(two), Call("a") with { Tenant = "" })).Code);
    }

    [Fact]
    public async Task A_tenant_stands_for_its_one_enabled_profile_that_fits_the_slot()
    {
        scene.Store.Set(Profiles.Of("a-other", "acme", provider: "elsewhere"));
        scene.Store.Set(Profiles.Of("a-old", "acme", enabled: false));
        var workflow = SketchWorkflow.Of(two[0]);

        Assert.Equal("a", (await scene.BindOneAsync(workflow, Call(Credential.Tenant("acme")))).ProfileName);

        scene.Store.Set(Profiles.Of("a-second", "acme"));
        Assert.Equal(WorkflowErrorCodes.CredentialConflict, (await scene.RefusedAsync(workflow, Call(Credential.Tenant("acme")))).Code);

        scene.Store.Remove("a");
        scene.Store.Remove("a-second");
        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, (await scene.RefusedAsync(workflow, Call(Credential.Tenant("acme")))).Code);

        scene.Store.Remove("a-old");
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await scene.RefusedAsync(workflow, Call(Credential.Tenant("acme")))).Code);
    }

    [Fact]
    public async Task SubWorkflowNeverSelects()
    {
        var child = SketchWorkflow.Of(SketchWorkflow.Slot("inner", @default: "b", hasChooser: true));
        scene.Current = "b";
        var parent = await scene.BindAsync(SketchWorkflow.Of(two), Call("a"));

        var carried = scene.Binder.BindChild(parent, child, [1]);

        var slot = Assert.Single(carried.Slots);
        Assert.Equal(("inner", "a", CredentialSource.Parent, "acme"), (slot.Slot, slot.ProfileName, slot.Source, carried.Tenant));
        Assert.Same(parent[1].Profile, slot.Profile);
    }

    [Fact]
    public async Task A_sub_workflow_is_not_paid_for_by_a_provider_that_it_does_not_take()
    {
        var parent = await scene.BindAsync(SketchWorkflow.Of(SketchWorkflow.Slot(provider: null)), Call("a"));

        var error = Assert.Throws<WorkflowRunException>(() => scene.Binder.BindChild(parent, SketchWorkflow.Of(SketchWorkflow.Slot(provider: "elsewhere")), [0]));

        Assert.Equal((WorkflowErrorCodes.ProviderMismatch, "a"), (error.Code, error.Profile));
        Assert.Throws<ArgumentException>(() => scene.Binder.BindChild(parent, SketchWorkflow.Of(two), [0]));
    }

    [Fact]
    public async Task A_binding_keeps_the_profile_that_it_was_made_with()
    {
        var binding = await scene.BindOneAsync(SketchWorkflow.Of(two[0]), Call("a"));
        var before = binding.Profile;

        scene.Store.Set(Profiles.Of("a", "acme") with { Model = "other" });

        Assert.Same(before, binding.Profile);
    }

    private sealed class LyingStore(StoredProfile profile) : IProfileStore
    {
        public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => new(profile);

        public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken) => new(profile);

        public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken) => new([profile]);
    }
}
