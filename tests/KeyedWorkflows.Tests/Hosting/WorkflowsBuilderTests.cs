using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Tests.Hosting;

public sealed class WorkflowsBuilderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_reads_its_profiles_from_its_own_configuration()
    {
        var builder = Builder(("KeyedWorkflows:DefaultProfile", "a"), ("KeyedWorkflows:Profiles:a:Provider", "fake"), ("KeyedWorkflows:Profiles:a:ApiKey", Profiles.NewKey()));
        var model = new FakeModel();
        WorkflowsBuilder.For(builder.Services).AddProvider(model);
        using var host = builder.Build();

        var answer = await RunAsync(host, RunCredentials.None);

        Assert.Equal("re: x", answer);
        Assert.Equal("a", Assert.Single(model.Requests).Context.ProfileName);
    }

    [Fact]
    public async Task A_profile_that_is_added_to_the_configuration_is_there_without_a_new_start()
    {
        var configuration = new ConfigurationManager();
        var builder = Builder();
        WorkflowsBuilder.For(builder.Services).AddProvider(new FakeModel()).UseConfiguration(configuration);
        using var host = builder.Build();
        await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(host, RunCredentials.For("b")));

        configuration.AddInMemoryCollection([new("KeyedWorkflows:Profiles:b:Provider", "fake"), new("KeyedWorkflows:Profiles:b:ApiKey", Profiles.NewKey())]);

        Assert.Equal("re: x", await RunAsync(host, RunCredentials.For("b")));
    }

    [Fact]
    public async Task A_name_in_two_stores_refuses_the_start_of_the_host()
    {
        var builder = Builder(("KeyedWorkflows:Profiles:a:Provider", "fake"));
        WorkflowsBuilder.For(builder.Services).AddProfile(Profiles.Of("a"));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Token));

        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_faulty_configuration_refuses_the_start_of_the_host_without_its_values()
    {
        var builder = Builder(("KeyedWorkflows:Profiles:a:Provider", "fake"), ("KeyedWorkflows:Profiles:a:ApiKey", "CANARY with spaces"));
        WorkflowsBuilder.For(builder.Services);
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Token));

        Assert.Contains("ApiKey", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_policy_out_of_range_refuses_the_start_of_the_host()
    {
        var builder = Builder();
        WorkflowsBuilder.For(builder.Services);
        builder.Services.Configure<ModelCallPolicyOptions>(options => options.MaxRetries = 100);
        using var host = builder.Build();

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Token));
    }

    [Theory]
    [InlineData("Development", false)]
    [InlineData("Production", true)]
    public async Task The_scripted_provider_is_refused_in_Production(string environment, bool refused)
    {
        var builder = Builder();
        builder.Environment.EnvironmentName = environment;
        var model = new FakeModel();
        WorkflowsBuilder.For(builder.Services).AddProvider(new FakeProvider("scripted", isScripted: true, model.CreateChatClient)).AddProfile(Profiles.Of("script", provider: "scripted") with { ApiKey = null });
        using var host = builder.Build();

        if (refused)
            Assert.Equal(WorkflowErrorCodes.ProviderMismatch, (await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(host, RunCredentials.For("script")))).Code);
        else
            Assert.Equal("re: x", await RunAsync(host, RunCredentials.For("script")));
        Assert.Equal(refused ? 0 : 1, model.Requests.Count);
    }

    [Fact]
    public async Task A_run_as_another_caller_holds_that_callers_grants()
    {
        var builder = Builder();
        WorkflowsBuilder.For(builder.Services).AddProvider(new FakeModel()).AddProfile(Profiles.Of("a", "acme", "fake")).AddProfile(Profiles.Of("b", "beta", "fake"));
        builder.Services.AddSingleton<ICredentialAuthorizer>(new GrantList("acme"));
        using var host = builder.Build();
        var asToken = new InProcessTransport(host.Services.GetRequiredService<KeyedWorkflows.Hosting.WorkflowHost>(), new RunCaller { Name = "token-1" });

        Assert.Equal("re: x", await asToken.RunAsync(Workflow, "x", RunCredentials.For("a"), null, Token));
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await Assert.ThrowsAsync<WorkflowRunException>(() => asToken.RunAsync(Workflow, "x", RunCredentials.For("b"), null, Token))).Code);
    }

    [Fact]
    public void A_service_collection_has_one_builder()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton<object>("key", new object());

        var builder = WorkflowsBuilder.For(services);
        var count = services.Count;

        Assert.Same(builder, WorkflowsBuilder.For(services));
        Assert.Equal(count, services.Count);
        Assert.Throws<ArgumentNullException>(() => WorkflowsBuilder.For(null!));
    }

    [Fact]
    public async Task A_store_that_is_added_twice_is_one_store()
    {
        var store = new InMemoryProfileStore(Profiles.Of("a", provider: "fake"));
        var builder = Builder();
        WorkflowsBuilder.For(builder.Services).AddProvider(new FakeModel()).AddProfileStore(store).AddProfileStore(store);
        using var host = builder.Build();

        await host.StartAsync(Token);

        Assert.Equal("re: x", await RunAsync(host, RunCredentials.For("a")));
    }

    [Fact]
    public void Two_providers_of_one_name_refuse_the_host()
    {
        var services = new ServiceCollection();
        WorkflowsBuilder.For(services).AddProvider(new FakeProvider("one")).AddProvider(new FakeProvider("One"));
        using var provider = services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<WorkflowTransport>());
        Assert.Throws<InvalidOperationException>(() => new ModelProviders([new FakeProvider("Not A Name")], false));
    }

    [Fact]
    public void Nothing_is_taken_for_null()
    {
        var builder = WorkflowsBuilder.For(new ServiceCollection());

        Assert.Throws<ArgumentNullException>(() => builder.AddProvider(null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddProfile(null!));
        Assert.Throws<ArgumentNullException>(() => builder.AddProfileStore(null!));
        Assert.Throws<ArgumentNullException>(() => builder.UseConfiguration(null!));
        Assert.Throws<ArgumentNullException>(() => builder.UseChatClient(null!));
        Assert.Throws<ArgumentNullException>(() => builder.UseChatClient(null!, "workflow"));
        Assert.Throws<ArgumentNullException>(() => builder.AddClient<object, object>(null!));
    }

    [Fact]
    public void Two_workflows_of_one_name_are_refused_and_one_that_is_added_twice_is_one()
    {
        var registry = new WorkflowRegistry();
        var first = SketchWorkflow.Of();

        registry.Add(first);
        registry.Add(first);

        Assert.Same(first, Assert.Single(registry.Workflows));
        Assert.True(registry.TryFind("sketch", out var found) && ReferenceEquals(first, found));
        Assert.False(registry.TryFind("Sketch", out _));
        Assert.Contains("'sketch'", Assert.Throws<InvalidOperationException>(() => registry.Add(SketchWorkflow.Of())).Message, StringComparison.Ordinal);
    }

    private static TestExecutor<Nothing, string, string> Workflow { get; } = Written.Paid(Written.Steps("Ask"), (emitted, input) => emitted.AskAsync(0, input));

    private static Task<string> RunAsync(IHost host, RunCredentials credentials) => host.Services.GetRequiredService<WorkflowTransport>().RunAsync(Workflow, "x", credentials, null, Token);

    private static HostApplicationBuilder Builder(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        return builder;
    }
}
