using KeyedWorkflows.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Testing.Tests;

/// <summary>Scripted profiles in a host of the user's own.</summary>
public sealed class AddScriptedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_profile_of_the_configuration_is_answered_by_the_script_whatever_the_slot_takes()
    {
        await using var services = Services(environment: null, workflows => workflows.AddScripted(script => script.ForStep("Draft").Answer("Scripted reply")));
        var reply = await RunAsync(services, "demo");

        Assert.Equal("Scripted reply", reply.Text);
        var draft = services.GetRequiredService<ScriptedModels>().Requests.Single(request => request.Step == "Draft");
        Assert.Equal(("demo", "", 0), (draft.Site!.Profile, draft.Key, draft.Headers.Count));
    }

    [Fact]
    public async Task It_is_refused_in_Production()
    {
        await using var services = Services(Environments.Production, workflows => workflows.AddScripted());
        var refused = await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(services, "demo"));

        Assert.Equal(WorkflowErrorCodes.ProviderMismatch, refused.Code);
        Assert.Contains("refused in Production", refused.Message, StringComparison.Ordinal);
        Assert.Empty(services.GetRequiredService<ScriptedModels>().Requests);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Staging")]
    public async Task It_runs_everywhere_else(string environment)
    {
        await using var services = Services(environment, workflows => workflows.AddScripted());

        Assert.Equal(ScriptedModels.DefaultText, (await RunAsync(services, "demo")).Text);
    }

    [Fact]
    public async Task Added_twice_it_is_one_script()
    {
        await using var services = Services(null, workflows => workflows.AddScripted(script => script.ForStep("Draft").Times(1).Answer("one")).AddScripted(script => script.ForStep("Draft").Answer("two")));

        Assert.Equal("one", (await RunAsync(services, "demo")).Text);
        Assert.Equal("two", (await RunAsync(services, "demo")).Text);
    }

    [Fact]
    public async Task The_log_says_that_models_are_scripted()
    {
        Lines lines = new();
        await using var services = Services(null, workflows =>
        {
            workflows.Services.AddLogging(logging => logging.AddProvider(lines));
            workflows.AddScripted();
        });
        await RunAsync(services, "demo");
        await RunAsync(services, "demo");

        Assert.Contains("scripted", Assert.Single(lines.Written, line => line.StartsWith("Warning", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_name_or_tenant_is_refused()
    {
        var builder = WorkflowsBuilder.For(new ServiceCollection());

        Assert.Throws<ArgumentException>(() => builder.AddScriptedProfile("Not A Name"));
        Assert.Throws<ArgumentException>(() => builder.AddScriptedProfile("name", "Not A Tenant"));
    }

    private static Task<Reply> RunAsync(ServiceProvider services, string profile) =>
        services.GetRequiredService<WorkflowTransport>().RunAsync(DefinitionOf<SupportReply>(), new Ticket("?"), RunCredentials.For(profile), null, Token);

    private static WorkflowDefinition<Ticket, Reply> DefinitionOf<T>()
        where T : IWorkflowClass<Ticket, Reply> => T.Definition;

    private static ServiceProvider Services(string? environment, Action<WorkflowsBuilder> configure)
    {
        ServiceCollection services = new();
        services.AddSingleton<IOrderBook>(new OrderBook());
        if (environment is not null)
            services.AddSingleton<IHostEnvironment>(new Place(environment));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["KeyedWorkflows:Profiles:demo:Provider"] = "scripted" }).Build());
        configure(WorkflowsBuilder.For(services));
        return services.BuildServiceProvider();
    }

    private sealed class Place(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "tests";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly List<string> _written = [];

        public IReadOnlyList<string> Written
        {
            get
            {
                lock (_written)
                    return [.. _written];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_written)
                _written.Add($"{logLevel} {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
