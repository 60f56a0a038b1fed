using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class StreamTests
{
    private const string Piece = """data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}""" + "\n\n";
    private const string ToolPiece =
        """data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"pay","arguments":"{\"amount\":1"}}]},"finish_reason":null}]}"""
        + "\n\n";
    private const string Finish = """data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_comes_piece_by_piece_and_usage_at_the_end()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Answer(ModelAnswer.Stream("Hel", "lo") with { Tokens = new ModelTokens(10, 5, Cached: 4, Reasoning: 2) });
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in scene.Chat().GetStreamingResponseAsync("Hi", cancellationToken: Token))
            updates.Add(update);

        Assert.Equal(["Hel", "lo"], updates.Select(update => update.Text).Where(text => text.Length > 0));
        var usage = updates.SelectMany(update => update.Contents).OfType<UsageContent>().Single().Details;
        Assert.Equal((10, 5, 4, 2), (usage.InputTokenCount, usage.OutputTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount));
        Assert.True(scene.Server.Requests.Single().IncludeUsage);
    }

    [Fact]
    public async Task A_stream_whose_connection_breaks_is_a_failed_connection()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Answer(ModelAnswer.Stream("Hel", "lo"));
        scene.Server.FailNext(ModelServerFault.CutStream(afterChunks: 1));
        List<string> texts = [];
        var fault = await Faults.OfStreamAsync(scene.Chat(), texts);

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, true), (fault.Code, fault.IsTransient));
        Assert.Single(texts);
        Assert.Single(scene.Server.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Piece)]
    [InlineData(Piece + "data: [DONE]\n\n")]
    [InlineData(Piece + Piece + "data: {\"id\":")]
    public async Task A_stream_that_ends_without_a_finish_reason_was_cut(string body)
    {
        var fault = await Faults.OfStreamAsync(CannedTransport.Streaming(body).Chat());

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, true), (fault.Code, fault.IsTransient));
    }

    [Fact]
    public async Task A_stream_may_end_without_the_done_mark()
    {
        var response = await CannedTransport.Streaming(Piece + Finish).Chat().GetStreamingResponseAsync("Hi", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Equal("Hel", response.Text);
    }

    [Fact]
    public async Task Half_a_tool_call_is_never_given_out()
    {
        List<FunctionCallContent> calls = [];
        var fault = await Assert.ThrowsAsync<ModelCallException>(async () =>
        {
            await foreach (var update in CannedTransport.Streaming(ToolPiece).Chat().GetStreamingResponseAsync("Hi", cancellationToken: Token))
                calls.AddRange(update.Contents.OfType<FunctionCallContent>());
        });

        Assert.Equal(WorkflowErrorCodes.ConnectionFailed, fault.Code);
        Assert.Empty(calls);
    }

    [Fact]
    public async Task An_error_inside_a_stream_is_one()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Answer(ModelAnswer.Stream("Hel", "lo"));
        scene.Server.FailNext(ModelServerFault.ErrorInStream(afterChunks: 1));
        List<string> texts = [];
        var fault = await Faults.OfStreamAsync(scene.Chat(), texts);

        Assert.Equal((WorkflowErrorCodes.ProviderFailed, true), (fault.Code, fault.IsTransient));
        Assert.Contains("server_error", fault.Message, StringComparison.Ordinal);
        Assert.Single(texts);
    }

    [Theory]
    [InlineData("""{"error":{"message":"m","type":"requests","code":"429"}}""", WorkflowErrorCodes.RateLimited)]
    [InlineData("""{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}""", WorkflowErrorCodes.QuotaExceeded)]
    [InlineData("""{"error":{"message":"m","code":502}}""", WorkflowErrorCodes.ProviderFailed)]
    [InlineData("""{"error":"overloaded"}""", WorkflowErrorCodes.ProviderFailed)]
    public async Task An_error_inside_a_stream_keeps_its_kind(string error, string code)
    {
        var fault = await Faults.OfStreamAsync(CannedTransport.Streaming(Piece + $"data: {error}\n\n").Chat());

        Assert.Equal(code, fault.Code);
    }

    [Fact]
    public async Task An_event_that_is_no_json_is_a_fault_of_the_provider()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.Malformed());
        var fault = await Faults.OfStreamAsync(scene.Chat());

        Assert.Equal((WorkflowErrorCodes.ProviderFailed, true), (fault.Code, fault.IsTransient));
    }

    [Fact]
    public async Task The_callers_cancellation_in_the_middle_is_a_cancellation()
    {
        await using var scene = await Scene.StartAsync();
        ModelServerGate gate = new();
        scene.Server.Answer(ModelAnswer.Stream("Hel", "lo") with { Gate = gate, GateAfterChunks = 1 });
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in scene.Chat().GetStreamingResponseAsync("Hi", cancellationToken: caller.Token))
            {
                if (update.Text.Length > 0)
                    await caller.CancelAsync();
            }
        });

        Assert.Equal(caller.Token, cancelled.CancellationToken);
        gate.Open();
    }

    [Fact]
    public async Task Who_stops_reading_ends_the_stream_without_a_fault()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Answer(ModelAnswer.Stream("Hel", "lo"));
        await foreach (var update in scene.Chat().GetStreamingResponseAsync("Hi", cancellationToken: Token))
        {
            if (update.Text.Length > 0)
                break;
        }

        Assert.Equal("Hello", (await scene.Chat().GetResponseAsync("Hi", cancellationToken: Token)).Text);
    }

    [Fact]
    public async Task A_stream_that_could_be_resumed_is_not_resumed_behind_our_back()
    {
        // The library resumes event streams that carry ids, after a wait of its own: that would be a second retry policy.
        await using var scene = await Scene.StartAsync();
        CannedTransport transport = new(_ =>
        {
            var response = CannedTransport.Response(200, "", "text/event-stream");
            response.Content = new StreamContent(new BreakingStream("id: 7\nretry: 0\n" + Piece));
            response.Content.Headers.ContentType = new("text/event-stream");
            return response;
        });
        var fault = await Faults.OfStreamAsync(transport.Chat());

        Assert.Equal(WorkflowErrorCodes.ConnectionFailed, fault.Code);
        Assert.Single(transport.Requests);
    }

    private sealed class BreakingStream(string text) : MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("broken");
    }
}
