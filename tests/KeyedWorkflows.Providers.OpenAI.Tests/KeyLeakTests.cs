using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class KeyLeakTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // What an operator may have switched on for the whole process: OpenAI's own spans, which repeat the error's message. Read once by the library, so set before all tests.
    [ModuleInitializer]
    internal static void SwitchOnTheLibrarysTelemetry() => AppContext.SetSwitch("OpenAI.Experimental.EnableOpenTelemetry", true);

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_server_that_echoes_the_key_finds_no_echo(int status)
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.When(_ => true).Fail(ModelServerFault.EchoKeyInError(status));

        Faults.AssertHoldsNoPieceOf(scene.Key, await Faults.OfAnswerAsync(scene.Chat()));
        Faults.AssertHoldsNoPieceOf(scene.Key, await Faults.OfStreamAsync(scene.Chat()));
        Faults.AssertHoldsNoPieceOf(scene.Key, await Assert.ThrowsAsync<ModelCallException>(() => scene.Embeddings().GenerateAsync(["a"], cancellationToken: Token)));
    }

    [Fact]
    public async Task The_ends_of_the_key_that_OpenAI_shows_are_not_shown_either()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.When(_ => true).Fail(ModelServerFault.Unauthorized());
        var fault = await Faults.OfAnswerAsync(scene.Chat());

        Assert.DoesNotContain(scene.Key[..8], fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Key[^4..], fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_of_the_profile_that_comes_back_is_not_shown_either()
    {
        var gatewayKey = Scene.NewKey();
        CannedTransport? transport = null;
        transport = new CannedTransport(request =>
        {
            var piece = request.Headers.GetValues("x-gateway-key").Single()[4..24];
            return CannedTransport.Response(400, $$$"""{"error":{"message":"{{{piece}}}","code":"{{{piece}}}","param":"{{{piece}}}","type":"{{{piece}}}"}}""", "application/json", ("x-request-id", piece));
        });
        var chat = new OpenAIModelProvider(new OpenAIOptions()).CreateChatClient(new ModelClientContext
        {
            Model = "m", ApiKey = Secret.From(transport.Key), Headers = new Dictionary<string, Secret> { ["x-gateway-key"] = Secret.From(gatewayKey) }, Transport = transport,
        });

        Faults.AssertHoldsNoPieceOf(gatewayKey, await Faults.OfAnswerAsync(chat));
    }

    [Fact]
    public async Task A_key_in_the_place_of_the_model_is_not_named()
    {
        var model = Scene.NewKey();
        CannedTransport transport = new(_ => CannedTransport.Response(404, """{"error":{"code":"model_not_found"}}""", "application/json"));
        var chat = new OpenAIModelProvider(new OpenAIOptions()).CreateChatClient(new ModelClientContext { Model = model, ApiKey = Secret.From(model), Transport = transport });

        Faults.AssertHoldsNoPieceOf(model, await Faults.OfAnswerAsync(chat));
    }

    [Fact]
    public async Task The_librarys_spans_and_events_hold_no_key()
    {
        ConcurrentQueue<string> seen = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name.Contains("OpenAI", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Enqueue(
                activity.DisplayName + activity.StatusDescription + string.Join(' ', activity.TagObjects) + string.Join(' ', activity.Events.SelectMany(e => e.Tags))),
        };
        ActivitySource.AddActivityListener(listener);
        using ClientModelEvents events = new(seen);

        await using var scene = await Scene.StartAsync();
        scene.Server.When(_ => true).Fail(ModelServerFault.EchoKeyInError());
        await Faults.OfAnswerAsync(scene.Chat());

        // The library's own telemetry is on: else this test would prove nothing.
        Assert.Contains(seen, text => text.Contains("gpt-test", StringComparison.Ordinal));
        Assert.All(seen, text => Assert.DoesNotContain(scene.Key[..12], text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neither_client_nor_provider_shows_the_key_as_text_or_json()
    {
        await using var scene = await Scene.StartAsync();
        var chat = scene.Chat();

        Assert.DoesNotContain(scene.Key, chat.ToString()!, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Key, System.Text.Json.JsonSerializer.Serialize((object)chat), StringComparison.Ordinal);
    }

    private sealed class ClientModelEvents(ConcurrentQueue<string> seen) : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name.Contains("ClientModel", StringComparison.Ordinal))
                EnableEvents(eventSource, EventLevel.Verbose);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) => seen?.Enqueue(string.Join(' ', eventData.Payload ?? new(Array.Empty<object>())));
    }
}
