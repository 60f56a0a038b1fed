using KeyedWorkflows.Runtime;
using static KeyedWorkflows.Tests.Credentials.BindingScene;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>A caller that is pinned to a tenant: the tenant pays, whatever else is chosen.</summary>
public sealed class PinnedCallerTests
{
    private readonly RunCaller pinned = new() { Name = "token-1", PinnedTenant = "acme" };
    private readonly SketchWorkflow workflow = SketchWorkflow.Of(SketchWorkflow.Slot(@default: "operator", hasChooser: true));
    private readonly BindingScene scene = new(Profiles.Of("a", "acme"), Profiles.Of("b", "beta"), Profiles.Of("operator"))
    {
        Authorizer = new GrantList("acme", "beta", "id-operator") { Keys = true },
        Current = "operator",
    };

    [Fact]
    public async Task PinnedTokenIgnoresMethodAndDefaults()
    {
        var asked = false;
        var binding = await scene.BindOneAsync(workflow, new()
        {
            Caller = pinned,
            Chooser = (_, _) =>
            {
                asked = true;
                return new(Credential.Profile("b"));
            },
        });

        Assert.Equal(("a", CredentialSource.PinnedToken), (binding.ProfileName, binding.Source));
        Assert.False(asked);
    }

    [Fact]
    public async Task PinnedTokenNamingAnotherLooksUnknown()
    {
        var unknown = await scene.RefusedAsync(workflow, Call("never-made") with { Caller = pinned });
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, unknown.Code);

        foreach (var other in new Credential[] { "b", "operator", Credential.Id("id-b"), Credential.Id("id-unknown"), Credential.Tenant("beta"), Credential.ApiKey(Profiles.NewKey()) })
        {
            var error = await scene.RefusedAsync(workflow, Call(other) with { Caller = pinned });
            Assert.Equal((unknown.Code, unknown.Message, unknown.Slot, unknown.Profile), (error.Code, error.Message, error.Slot, error.Profile));
        }
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await scene.RefusedAsync(workflow, new() { Selections = Input((0, "b", null)), Caller = pinned })).Code);
    }

    [Fact]
    public async Task Naming_a_profile_of_the_pinned_tenant_is_no_other_selection()
    {
        foreach (var same in new Credential[] { "a", Credential.Id("id-a"), Credential.Tenant("acme") })
            Assert.Equal(("a", CredentialSource.PinnedToken), (await scene.BindOneAsync(workflow, Call(same) with { Caller = pinned })) is var slot ? (slot.ProfileName, slot.Source) : default);
    }

    [Fact]
    public async Task Where_the_pinned_tenant_has_several_profiles_the_caller_names_one()
    {
        scene.Store.Set(Profiles.Of("a-second", "acme"));

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.RefusedAsync(workflow, new() { Caller = pinned })).Code);
        Assert.Equal("a-second", (await scene.BindOneAsync(workflow, Call("a-second") with { Caller = pinned })).ProfileName);
    }

    [Fact]
    public async Task A_pinned_tenant_without_a_profile_that_fits_is_refused_and_no_default_pays()
    {
        scene.Store.Remove("a");

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.RefusedAsync(workflow, new() { Caller = pinned })).Code);
    }

    [Fact]
    public async Task A_pin_is_no_grant()
    {
        var ungranted = new BindingScene(Profiles.Of("a", "acme")) { Authorizer = new GrantList() };

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await ungranted.RefusedAsync(workflow, new() { Caller = pinned })).Code);
    }

    [Fact]
    public async Task A_pinned_callers_run_serves_the_pinned_tenant_and_no_other()
    {
        Assert.Equal("acme", (await scene.BindAsync(workflow, new() { Caller = pinned })).Tenant);
        Assert.Equal("acme", (await scene.BindAsync(SketchWorkflow.Of(), new() { Caller = pinned })).Tenant);
        Assert.Equal("acme", (await scene.BindAsync(SketchWorkflow.Of(), new() { Caller = pinned, Tenant = "acme" })).Tenant);
        foreach (var other in new[] { workflow, SketchWorkflow.Of() })
            Assert.Equal(WorkflowErrorCodes.TenantMismatch, (await scene.RefusedAsync(other, new() { Caller = pinned, Tenant = "beta" })).Code);
    }
}
