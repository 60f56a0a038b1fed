using KeyedWorkflows.Runtime;
using static KeyedWorkflows.Tests.Credentials.BindingScene;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>Whether a profile or key fits its slot, before any model is called.</summary>
public sealed class FitTests
{
    private readonly RunCaller remote = new() { Name = "token-1" };

    [Fact]
    public async Task A_store_that_finds_another_profile_than_was_asked_for_is_not_believed()
    {
        var other = Profiles.Of("acmexb", "acmexb");
        var scene = new BindingScene { OtherStore = new PatternStore(other) };
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot());

        Assert.Equal("acmexb", (await scene.BindOneAsync(workflow, Call("acmexb"))).ProfileName);
        foreach (var asked in new[] { Credential.Profile("acme_b"), Credential.Id("id-acme_b"), Credential.Tenant("acme_b") })
            Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await scene.RefusedAsync(workflow, Call(asked))).Code);
    }

    [Theory]
    [InlineData("openai", true)]
    [InlineData("OpenAI", true)]
    [InlineData("elsewhere|openai", true)]
    [InlineData(null, true)]
    [InlineData("elsewhere", false)]
    [InlineData("open", false)]
    public async Task A_slot_takes_profiles_of_its_providers_alone(string? takes, bool fits)
    {
        var scene = new BindingScene(Profiles.Of("a")) { Providers = [new FakeProvider("openai"), new FakeProvider("elsewhere")] };
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot(provider: takes));

        if (fits)
            Assert.Equal("openai", (await scene.BindOneAsync(workflow, Call("a"))).Provider);
        else
            Assert.Equal((WorkflowErrorCodes.ProviderMismatch, "a"), (await scene.RefusedAsync(workflow, Call("a"))) is var error ? (error.Code, error.Profile) : default);
    }

    [Fact]
    public async Task A_provider_that_the_host_has_not_added_is_refused_before_the_run()
    {
        var scene = new BindingScene(Profiles.Of("a", provider: "elsewhere"));

        Assert.Equal(WorkflowErrorCodes.ProviderMismatch, (await scene.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot(provider: null)), Call("a"))).Code);
    }

    [Fact]
    public async Task A_profile_without_key_is_refused_before_the_run_unless_its_provider_needs_none()
    {
        var scene = new BindingScene(
            Profiles.Of("a") with { ApiKey = null }, Profiles.Of("scripted", provider: "scripted") with { ApiKey = null })
        { Providers = [new FakeProvider("openai"), new FakeProvider("scripted", isScripted: true)] };
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot());

        Assert.Equal((WorkflowErrorCodes.ProviderNotInitialized, "a"), (await scene.RefusedAsync(workflow, Call("a"))) is var error ? (error.Code, error.Profile) : default);
        Assert.Equal("scripted", (await scene.BindOneAsync(workflow, Call("scripted"))).Provider);
    }

    [Fact]
    public async Task A_scripted_profile_fits_any_slot_and_is_refused_in_Production()
    {
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot(provider: "openai"));
        StoredProfile[] profiles = [Profiles.Of("script", "acme", provider: "scripted") with { ApiKey = null }];
        IModelProvider[] providers = [new FakeProvider("openai"), new FakeProvider("scripted", isScripted: true)];

        Assert.Equal("script", (await new BindingScene(profiles) { Providers = providers }.BindOneAsync(workflow, Call("script"))).ProfileName);

        var production = new BindingScene(profiles) { Providers = providers, IsProduction = true };
        Assert.Equal(WorkflowErrorCodes.ProviderMismatch, (await production.RefusedAsync(workflow, Call("script"))).Code);
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await production.RefusedAsync(workflow, Call(Credential.Tenant("acme")))).Code);
        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await production.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot(@default: "script")), default)).Code);
    }

    [Fact]
    public async Task Without_a_model_anywhere_the_run_is_refused_before_its_first_step()
    {
        var scene = new BindingScene(Profiles.Of("a", model: null), Profiles.Of("b"));
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot(model: null));

        Assert.Equal((WorkflowErrorCodes.ModelMissing, "main", "a"), (await scene.RefusedAsync(workflow, Call("a"))) is var error ? (error.Code, error.Slot, error.Profile) : default);
        Assert.Equal(WorkflowErrorCodes.ModelMissing, (await scene.RefusedAsync(workflow, Call(Credential.ApiKey(Profiles.NewKey())))).Code);
        Assert.Equal("b", (await scene.BindOneAsync(workflow, Call("b"))).ProfileName);
        Assert.Equal("a", (await scene.BindOneAsync(SketchWorkflow.Of(SketchWorkflow.Slot()), Call("a"))).ProfileName);
    }

    [Fact]
    public async Task A_key_is_of_the_slots_one_provider_or_of_the_hosts_only_one()
    {
        var scene = new BindingScene { Providers = [new FakeProvider("openai"), new FakeProvider("scripted", isScripted: true)] };
        var several = new BindingScene { Providers = [new FakeProvider("openai"), new FakeProvider("elsewhere")] };
        var request = Call(Credential.ApiKey(Profiles.NewKey()));

        Assert.Equal("openai", (await scene.BindOneAsync(SketchWorkflow.Of(SketchWorkflow.Slot(provider: null)), request)).Provider);
        Assert.Equal("openai", (await several.BindOneAsync(SketchWorkflow.Of(SketchWorkflow.Slot(provider: "OpenAI")), request)).Provider);
        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await several.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot(provider: null)), request)).Code);
    }

    [Fact]
    public async Task One_key_for_all_slots_never_reaches_a_second_provider()
    {
        var scene = new BindingScene { Providers = [new FakeProvider("openai"), new FakeProvider("elsewhere")] };
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot("main"), SketchWorkflow.Slot("judge", provider: "elsewhere"));

        var error = await scene.RefusedAsync(workflow, Call(Credential.ApiKey(Profiles.NewKey())));

        Assert.Equal((WorkflowErrorCodes.CredentialInvalid, "judge"), (error.Code, error.Slot));
        Assert.Equal(2, (await scene.BindAsync(workflow, new() { Credentials = RunCredentials.PerSlot(Credential.ApiKey(Profiles.NewKey()), Credential.ApiKey(Profiles.NewKey())) })).Slots.Count);
    }

    [Theory]
    [InlineData("http://models.example/v1")]
    [InlineData("ftp://models.example/v1")]
    [InlineData("ftp://localhost/v1")]
    [InlineData("https://user:word@models.example/v1")]
    [InlineData("https://models.example/v1?key=x")]
    [InlineData("https://models.example/v1?")]
    [InlineData("https://models.example/v1#x")]
    [InlineData("/v1")]
    [InlineData("http://localhost:1234/v1", true)]
    [InlineData("http://127.0.0.1:1234/v1", true)]
    [InlineData("https://127.0.0.1/v1", true)]
    [InlineData("https://2130706433/v1", true)]
    [InlineData("https://[::ffff:169.254.169.254]/v1", true)]
    [InlineData("https://10.0.0.5/v1", true)]
    [InlineData("https://models.example./v1", true)]
    [InlineData("https://modéls.example/v1", true)]
    public async Task EndpointUserInfoQueryAndHttpRefused(string address, bool mayHost = false)
    {
        var endpoint = new Uri(address, UriKind.RelativeOrAbsolute);
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot());
        var request = Call(Credential.ApiKey(Profiles.NewKey(), endpoint));

        // A list of the operator's that holds the address by mistake does not open it.
        var granting = new BindingScene { Authorizer = new GrantList { Keys = true, Endpoints = [endpoint] } };
        List<WorkflowRunException> errors = [await granting.RefusedAsync(workflow, request with { Caller = remote })];
        if (mayHost)
            Assert.Equal(endpoint, (await new BindingScene().BindOneAsync(workflow, request)).Inline?.Endpoint);
        else
            errors.Add(await new BindingScene().RefusedAsync(workflow, request));

        Assert.All(errors, error => Assert.Equal(WorkflowErrorCodes.CredentialInvalid, error.Code));
        Assert.All(errors, error => Assert.DoesNotContain(endpoint.IsAbsoluteUri ? endpoint.IdnHost : address, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_caller_names_only_the_endpoints_that_it_was_granted_and_they_are_a_callers()
    {
        var endpoint = new Uri("https://models.example/v1");
        var scene = new BindingScene { Authorizer = new GrantList { Keys = true, Endpoints = [endpoint] } };
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot());

        var inline = (await scene.BindOneAsync(workflow, Call(Credential.ApiKey(Profiles.NewKey(), endpoint)) with { Caller = remote })).Inline!;
        Assert.Equal((endpoint, EndpointOrigin.Caller), (inline.Endpoint, inline.EndpointOrigin));
        foreach (var other in new[] { "https://models.example/v2", "https://models.example:8443/v1", "https://other.example/v1" })
            Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await scene.RefusedAsync(workflow, Call(Credential.ApiKey(Profiles.NewKey(), new Uri(other))) with { Caller = remote })).Code);
    }

    [Fact]
    public async Task An_endpoint_that_an_authors_method_returns_is_the_callers_for_whom_it_runs()
    {
        var endpoint = new Uri("https://models.example/v1");
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot(hasChooser: true));
        var scene = new BindingScene { Authorizer = new GrantList { Keys = true, Endpoints = [endpoint] } };
        var request = Chosen(() => Credential.ApiKey(Profiles.NewKey(), endpoint));

        Assert.Equal(EndpointOrigin.Caller, (await scene.BindOneAsync(workflow, request with { Caller = remote })).Inline?.EndpointOrigin);
        Assert.Equal(EndpointOrigin.Host, (await new BindingScene().BindOneAsync(workflow, request)).Inline?.EndpointOrigin);
    }

    /// <summary>By reference: a caller that merely calls itself "host" is not the host.</summary>
    [Fact]
    public async Task A_caller_by_the_hosts_name_is_not_the_host()
    {
        var request = Call(Credential.ApiKey(Profiles.NewKey(), new Uri("http://localhost:1234/v1"))) with { Caller = RunCaller.Host with { Name = "host" } };
        var scene = new BindingScene { Authorizer = new GrantList { Keys = true, Endpoints = [new Uri("http://localhost:1234/v1")] } };

        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await scene.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot()), request)).Code);
    }

    [Fact]
    public async Task The_host_itself_may_name_an_endpoint_for_a_key()
    {
        foreach (var address in new[] { "https://models.example/v1", "http://localhost:1234/v1", "http://127.0.0.1:1234", "https://10.0.0.5/v1" })
        {
            var inline = (await new BindingScene().BindOneAsync(SketchWorkflow.Of(SketchWorkflow.Slot()), Call(Credential.ApiKey(Profiles.NewKey(), new Uri(address))))).Inline!;
            Assert.Equal((new Uri(address), EndpointOrigin.Host), (inline.Endpoint, inline.EndpointOrigin));
        }
    }

    /// <summary>As SQL's LIKE has it, in which the underscore stands for any sign.</summary>
    private sealed class PatternStore(StoredProfile only) : IProfileStore
    {
        public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => new(only);

        public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken) => new(only);

        public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken) => new([only]);
    }
}
