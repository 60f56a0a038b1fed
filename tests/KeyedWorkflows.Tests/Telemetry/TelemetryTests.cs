using System.Diagnostics;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using EventLog = KeyedWorkflows.Tests.Runtime.EventLog;

namespace KeyedWorkflows.Tests.Telemetry;

/// <summary>What <c>UseOpenTelemetry</c> and <c>UseLogging</c> tell of model calls.</summary>
public sealed class TelemetryTests
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "hello")];

    [Theory]
    [InlineData("chat")]
    [InlineData("stream")]
    [InlineData("embeddings")]
    public async Task A_calls_span_says_whose_it_is_and_where_it_stands(string call)
    {
        var source = NewSource();
        using var spans = new Spans(source);
        await using var scene = Open(w => w.UseOpenTelemetry(source));
        var events = new EventLog();

        await scene.RunAsync(Calling(call), "x", null, events, "acme");

        var span = Assert.Single(spans.Calls);
        Assert.Equal("calling", span.GetTagItem("keyedworkflows.workflow"));
        Assert.Equal(events.Events[0].RunId, span.GetTagItem("keyedworkflows.run.id"));
        Assert.Equal("Call", span.GetTagItem("keyedworkflows.step"));
        Assert.Equal("acme", span.GetTagItem("keyedworkflows.profile"));
        Assert.Equal("acme", span.GetTagItem("keyedworkflows.tenant"));
        Assert.Contains(span.TagObjects, static tag => tag.Key.StartsWith("gen_ai.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_given_for_the_run_has_no_profile()
    {
        var source = NewSource();
        using var spans = new Spans(source);
        await using var scene = Open(w => w.UseOpenTelemetry(source));

        await scene.RunAsync(Calling("chat"), "x", Credential.ApiKey(Profiles.NewKey()), new RunOptions { Tenant = "one" });

        var span = Assert.Single(spans.Calls);
        Assert.Null(span.GetTagItem("keyedworkflows.profile"));
        Assert.Equal("one", span.GetTagItem("keyedworkflows.tenant"));
    }

    [Fact]
    public async Task Where_the_calls_span_is_not_sampled_that_of_the_host_is_left_alone()
    {
        using var host = new ActivitySource("host-" + Guid.NewGuid().ToString("N"));
        using var spans = new Spans(host.Name);
        await using var scene = Open(w => w.UseOpenTelemetry(NewSource()));

        using (host.StartActivity("request"))
            await scene.RunAsync(Calling("chat"), "x", "acme");

        Assert.Empty(Assert.Single(spans.Ended).TagObjects);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("stream")]
    [InlineData("embeddings")]
    public async Task Neither_spans_nor_logs_of_a_call_that_fails_show_the_key(string call)
    {
        var source = NewSource();
        using var spans = new Spans(source);
        using var logs = new Lines();
        var provider = new Failing();
        await using var scene = Open(w =>
        {
            w.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
            w.AddProvider(provider).AddProfile(Profiles.Of("failing", "acme", "failing")).UseOpenTelemetry(source).UseLogging();
        });

        var error = await scene.FailureAsync(Calling(call), "x", "failing");

        var key = Assert.Single(provider.Keys.Distinct());
        var span = Assert.Single(spans.Calls);
        string[] said =
        [
            .. logs.Texts, span.StatusDescription ?? "", span.DisplayName, .. span.TagObjects.Select(static tag => $"{tag.Key} {tag.Value}"),
            .. span.Events.SelectMany(static one => one.Tags.Select(static tag => $"{tag.Key} {tag.Value}")), error.ToString(),
        ];
        Assert.Contains(logs.Texts, static text => text.Contains("failed", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.All(said, text => Assert.DoesNotContain(key, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_host_without_loggers_has_no_layer_that_logs()
    {
        await using var scene = Open(static w => w.UseLogging());

        Assert.Equal("re: hello", await scene.RunAsync(Calling("chat"), "x", "acme"));
    }

    private static string NewSource() => "telemetry-" + Guid.NewGuid().ToString("N");

    private static Scene Open(Action<WorkflowsBuilder> configure) => new(services => configure(WorkflowsBuilder.For(services)));

    private static TestExecutor<Nothing, string, string> Calling(string call) => Written.Of(
        Written.Describe("calling", [Written.Main], Written.Steps("Call")),
        (emitted, _) => emitted.StepAsync(0, async scope => call switch
        {
            "chat" => (await scope.ChatClient(0).GetResponseAsync(Question, null, scope.CancellationToken)).Text,
            "stream" => string.Concat(await scope.ChatClient(0).GetStreamingResponseAsync(Question, null, scope.CancellationToken).ToListAsync(scope.CancellationToken)),
            _ => (await scope.EmbeddingGenerator(0, "embed-1").GenerateAsync(["hello"], null, scope.CancellationToken)).Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }));

    /// <summary>What was logged, exceptions included.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Texts { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Texts)
                Texts.Add(formatter(state, exception) + exception);
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A family that repeats the key in all that it throws.</summary>
    private sealed class Failing : IModelProvider
    {
        public string Name => "failing";

        public List<string> Keys { get; } = [];

        public IChatClient CreateChatClient(ModelClientContext context) => new Client(KeyOf(context));

        public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) => new Client(KeyOf(context));

        private string KeyOf(ModelClientContext context)
        {
            Keys.Add(context.ApiKey!.Reveal());
            return Keys[^1];
        }

        private sealed class Client(string key) : IChatClient, IEmbeddingGenerator<string, Embedding<float>>
        {
            public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw Error();

            public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw Error();

            public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) => throw Error();

            public object? GetService(Type serviceType, object? serviceKey = null) => null;

            public void Dispose()
            {
            }

            private ModelCallException Error() => new(WorkflowErrorCodes.Unauthorized, "the provider echoes " + key);
        }
    }
}
