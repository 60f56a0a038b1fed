using KeyedWorkflows.Runtime;
using static KeyedWorkflows.Tests.Credentials.BindingScene;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>Choosing is not permission: whatever rule chose, the caller must hold the grant.</summary>
public sealed class GrantsTests
{
    private readonly RunCaller caller = new() { Name = "token-1" };
    private readonly SketchWorkflow plain = SketchWorkflow.Of(SketchWorkflow.Slot());

    [Fact]
    public async Task What_may_not_be_used_looks_as_if_it_did_not_exist()
    {
        var scene = Scene(new GrantList("acme"));
        foreach (var (forbidden, unknown) in new (Credential, Credential)[] { ("b", "unknown"), (Credential.Id("id-b"), Credential.Id("id-unknown")), (Credential.Tenant("beta"), Credential.Tenant("gamma")) })
        {
            var one = await scene.RefusedAsync(plain, Call(forbidden) with { Caller = caller });
            var other = await scene.RefusedAsync(plain, Call(unknown) with { Caller = caller });
            Assert.Equal((other.Code, other.Message, other.Slot, other.Profile), (one.Code, one.Message, one.Slot, one.Profile));
            Assert.Equal(WorkflowErrorCodes.ProfileNotFound, one.Code);
        }
    }

    [Fact]
    public async Task A_disabled_profile_or_one_of_another_provider_is_told_to_those_alone_who_may_use_it()
    {
        var scene = Scene(new GrantList("acme"));
        scene.Store.Set(Profiles.Of("b-off", "beta", enabled: false));
        scene.Store.Set(Profiles.Of("b-other", "beta", provider: "elsewhere"));

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await scene.RefusedAsync(plain, Call("b-off") with { Caller = caller })).Code);
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await scene.RefusedAsync(plain, Call("b-other") with { Caller = caller })).Code);
    }

    [Fact]
    public async Task MethodPickOutsideGrantFails()
    {
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot(hasChooser: true));

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await Scene(new GrantList("acme")).RefusedAsync(workflow, Chosen(() => "b") with { Caller = caller })).Code);
        Assert.Equal("a", (await Scene(new GrantList("acme")).BindOneAsync(workflow, Chosen(() => "a") with { Caller = caller })).ProfileName);
    }

    [Fact]
    public async Task InputPickOutsideGrantFails() =>
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await Scene(new GrantList("acme")).RefusedAsync(plain, new() { Selections = Input((0, "b", null)), Caller = caller })).Code);

    [Fact]
    public async Task TokenWithoutGrantsCannotUseSlotOrHostDefault()
    {
        var scene = Scene(new GrantList());
        scene.Current = "operator";

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot(@default: "operator")), new() { Caller = caller })).Code);
        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.RefusedAsync(plain, new() { Caller = caller })).Code);
    }

    [Fact]
    public async Task ApiKeyInputNeedsSendKeyPermission()
    {
        var key = Profiles.NewKey();
        BindRequest[] requests = [Call(Credential.ApiKey(key)) with { Caller = caller }, new() { Selections = Input((0, null, Secret.From(key))), Caller = caller }];

        foreach (var request in requests)
        {
            Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await Scene(new GrantList("acme")).RefusedAsync(plain, request)).Code);
            Assert.Null((await Scene(new GrantList { Keys = true }).BindOneAsync(plain, request)).ProfileName);
        }
    }

    /// <summary>It would be sent to a provider.</summary>
    [Fact]
    public async Task A_token_of_the_product_is_no_key_for_a_run()
    {
        var token = "app-" + (Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N"))[..43];

        foreach (var request in (BindRequest[])[Call(Credential.ApiKey(token)), new() { Selections = Input((0, null, Secret.From(token))) }])
        {
            var error = await Scene(new GrantList { Keys = true }).RefusedAsync(plain, request);

            Assert.Equal(WorkflowErrorCodes.CredentialInvalid, error.Code);
            Assert.Contains("a token of runs", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(token, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_caller_that_may_send_keys_may_not_name_endpoints_for_them()
    {
        var error = await Scene(new GrantList { Keys = true }).RefusedAsync(plain, Call(Credential.ApiKey(Profiles.NewKey(), new Uri("https://models.example/v1"))) with { Caller = caller });

        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, error.Code);
        Assert.DoesNotContain("models.example", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_may_not_speak_for_a_tenant_that_does_not_pay()
    {
        var scene = Scene(new GrantList("id-operator") { Keys = true });

        foreach (var request in new[] { Call("operator"), Call(Credential.ApiKey(Profiles.NewKey())) })
            Assert.Equal(WorkflowErrorCodes.TenantMismatch, (await scene.RefusedAsync(plain, request with { Caller = caller, Tenant = "acme" })).Code);
        Assert.Equal(WorkflowErrorCodes.TenantMismatch, (await scene.RefusedAsync(SketchWorkflow.Of(), new() { Caller = caller, Tenant = "acme" })).Code);
    }

    [Fact]
    public async Task The_host_holds_all_grants_and_one_that_calls_itself_host_holds_none()
    {
        var scene = Scene(new GrantAuthorizer());

        Assert.Equal("b", (await scene.BindOneAsync(plain, Call("b"))).ProfileName);
        Assert.Equal("b", (await scene.BindOneAsync(plain, Call("b") with { Caller = RunCaller.Host })).ProfileName);
        foreach (var impostor in new[] { new RunCaller { Name = "host" }, RunCaller.Host with { Name = "host" } })
        {
            Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await scene.RefusedAsync(plain, Call("b") with { Caller = impostor })).Code);
            Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await scene.RefusedAsync(plain, Call(Credential.ApiKey(Profiles.NewKey())) with { Caller = impostor })).Code);
            Assert.Equal(WorkflowErrorCodes.TenantMismatch, (await scene.RefusedAsync(SketchWorkflow.Of(), new() { Tenant = "acme", Caller = impostor })).Code);
        }
    }

    [Fact]
    public async Task RecreatedNameInheritsNoGrant()
    {
        var scene = Scene(new GrantList("id-b"));
        Assert.Equal("b", (await scene.BindOneAsync(plain, Call("b") with { Caller = caller })).ProfileName);

        scene.Store.Remove("b");
        scene.Store.Set(Profiles.Of("b", "gamma") with { Id = "id-made-again" });

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await scene.RefusedAsync(plain, Call("b") with { Caller = caller })).Code);
    }

    private static BindingScene Scene(ICredentialAuthorizer authorizer) => new(Profiles.Of("a", "acme"), Profiles.Of("b", "beta"), Profiles.Of("operator")) { Authorizer = authorizer };
}
