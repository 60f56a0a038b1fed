using System.ClientModel;
using System.ClientModel.Primitives;
using System.ComponentModel;
using Microsoft.Extensions.AI;
using OpenAI;

namespace KeyedWorkflows.Testing.Tests;

/// <summary>The server as the OpenAI client, and Microsoft.Extensions.AI above it, see it.</summary>
public sealed class OpenAIClientTests
{
    private readonly string _key = Wire.NewKey();

    public enum Mood
    {
        Calm,
        Cross,
    }

    public sealed record Topic(string Name, Mood Mood, int Urgency, decimal? Amount, DateTimeOffset Seen, Guid Id, List<Topic> Parts, Dictionary<string, int> Counts, string? Note);

    [Fact]
    public async Task A_chat_client_reads_text_model_finish_reason_and_usage()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Answer("Hello from here");
        using var chat = Chat(server);
        var response = await chat.GetResponseAsync("Who is there?", cancellationToken: Wire.Cancelled);
        Assert.Equal("Hello from here", response.Text);
        Assert.Equal("gpt-4o-mini", response.ModelId);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((4, 4, 8), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal(new ModelServerUsage(1, 0, 0, 4, 0, 4), server.Usage(_key));
    }

    [Fact]
    public async Task Cached_and_reasoning_tokens_arrive()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Answer(ModelAnswer.Text("x") with { Tokens = new ModelTokens(100, 60, Cached: 80, Reasoning: 50), FinishReason = "length" });
        using var chat = Chat(server);
        var response = await chat.GetResponseAsync("x", cancellationToken: Wire.Cancelled);
        Assert.Equal((100, 60, 80, 50), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.CachedInputTokenCount, response.Usage.ReasoningTokenCount));
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
    }

    [Fact]
    public async Task A_stream_brings_the_pieces_and_its_usage()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Stream("Hel", "lo", " there");
        using var chat = Chat(server);
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in chat.GetStreamingResponseAsync("x", cancellationToken: Wire.Cancelled))
            updates.Add(update);
        Assert.Equal(["Hel", "lo", " there"], updates.Select(u => u.Text).Where(t => t.Length > 0));
        var response = updates.ToChatResponse();
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(server.Usage(_key).CompletionTokens, response.Usage!.OutputTokenCount);
        Assert.Equal(server.Usage(_key).PromptTokens, response.Usage.InputTokenCount);
    }

    [Fact]
    public async Task Structured_output_is_valid_without_any_rule()
    {
        await using var server = await Wire.ServerFor(_key);
        using var chat = Chat(server);
        var topic = (await chat.GetResponseAsync<Topic>("Classify", cancellationToken: Wire.Cancelled)).Result;
        Assert.Equal("text", topic.Name);
        Assert.Empty(topic.Parts);
        Assert.Equal("json_schema", server.Requests[0].ResponseFormat);
        Assert.Equal(Mood.Cross, (await chat.GetResponseAsync<Mood[]>("Moods", cancellationToken: Wire.Cancelled)).Result is [Mood.Calm] ? Mood.Cross : Mood.Calm);
        Assert.Equal(1, (await chat.GetResponseAsync<int>("Number", cancellationToken: Wire.Cancelled)).Result);
        Assert.True((await chat.GetResponseAsync<bool>("Truth", cancellationToken: Wire.Cancelled)).Result);
    }

    [Fact]
    public async Task Structured_output_is_what_the_rule_says()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(r => r.ResponseSchema is not null).AnswerJson(new { name = "Refund", mood = "Cross", urgency = 3, parts = Array.Empty<object>(), counts = new { a = 1 } });
        using var chat = Chat(server);
        var topic = (await chat.GetResponseAsync<Topic>("Classify", cancellationToken: Wire.Cancelled)).Result;
        Assert.Equal(("Refund", Mood.Cross, 3), (topic.Name, topic.Mood, topic.Urgency));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Functions_are_invoked_and_their_result_comes_back(bool stream)
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(r => r.Tools.Contains("look_up") && r.Messages[^1].Role == "user").Answer(ModelAnswer.CallTools(
            new ModelToolCall("look_up", """{"order":7}"""), new ModelToolCall("look_up", """{"order":8}""")));
        server.When(r => r.Messages[^1].Role == "tool").Answer(r => "Found " + string.Join(" and ", r.Messages.Where(m => m.Role == "tool").Select(m => m.Text)));
        using var chat = Chat(server).AsBuilder().UseFunctionInvocation().Build();
        ChatOptions options = new() { Tools = [AIFunctionFactory.Create([Description("Looks up an order")] (int order) => order * 10, "look_up")] };
        var text = stream
            ? string.Concat(await chat.GetStreamingResponseAsync("Where are my orders?", options, Wire.Cancelled).Select(u => u.Text).ToListAsync(Wire.Cancelled))
            : (await chat.GetResponseAsync("Where are my orders?", options, Wire.Cancelled)).Text;
        Assert.Equal("Found 70 and 80", text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_required_tool_is_called_with_valid_arguments_without_any_rule()
    {
        await using var server = await Wire.ServerFor(_key);
        using var chat = Chat(server);
        ChatOptions options = new()
        {
            ToolMode = ChatToolMode.RequireSpecific("look_up"),
            Tools = [AIFunctionFactory.Create((string name) => name, "other"), AIFunctionFactory.Create((int order, Mood mood) => order, "look_up")],
        };
        var response = await chat.GetResponseAsync("x", options, Wire.Cancelled);
        var call = Assert.Single(response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>());
        Assert.Equal("look_up", call.Name);
        Assert.Equal(["mood", "order"], call.Arguments!.Keys.Order());
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task A_refusal_arrives_as_an_error_content()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Refuse("No.");
        using var chat = Chat(server);
        var response = await chat.GetResponseAsync("x", cancellationToken: Wire.Cancelled);
        Assert.Equal("No.", Assert.Single(response.Messages.SelectMany(m => m.Contents).OfType<ErrorContent>()).Message);
    }

    [Fact]
    public async Task Embeddings_arrive()
    {
        await using var server = await Wire.ServerFor(_key);
        using var generator = Client(server).GetEmbeddingClient("text-embedding-3-small").AsIEmbeddingGenerator();
        var vectors = await generator.GenerateAsync(["cat", "dog", "cat"], new EmbeddingGenerationOptions { Dimensions = 16 }, Wire.Cancelled);
        Assert.Equal(16, vectors[0].Vector.Length);
        Assert.Equal(vectors[0].Vector.ToArray(), vectors[2].Vector.ToArray());
        Assert.NotEqual(vectors[0].Vector.ToArray(), vectors[1].Vector.ToArray());
        Assert.Equal(3, vectors.Usage!.InputTokenCount);
        Assert.Equal(3, server.Usage(_key).PromptTokens);
    }

    [Fact]
    public async Task Azure_s_shape_serves_the_same_client()
    {
        await using var server = await Wire.ServerFor(_key);
        using var chat = new OpenAIClient(new ApiKeyCredential(_key), Options(server.AzureEndpoint)).GetChatClient("my-deployment").AsIChatClient();
        Assert.NotEmpty((await chat.GetResponseAsync("x", cancellationToken: Wire.Cancelled)).Text);
        Assert.Equal("/openai/v1/chat/completions", server.Requests[0].Path);
    }

    [Fact]
    public async Task Errors_carry_status_and_message()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Script(ModelServerFault.RateLimited(TimeSpan.FromSeconds(1)), ModelServerFault.ContentFiltered(), ModelServerFault.EchoKeyInError());
        using var chat = Chat(server);
        var limited = await Assert.ThrowsAsync<ClientResultException>(() => chat.GetResponseAsync("x", cancellationToken: Wire.Cancelled));
        Assert.Equal(429, limited.Status);
        var filtered = await Assert.ThrowsAsync<ClientResultException>(() => chat.GetResponseAsync("x", cancellationToken: Wire.Cancelled));
        Assert.Contains("content_filter", filtered.Message, StringComparison.Ordinal);
        var echoed = await Assert.ThrowsAsync<ClientResultException>(() => chat.GetResponseAsync("x", cancellationToken: Wire.Cancelled));
        Assert.Contains(_key, echoed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("half")]
    [InlineData("malformed")]
    [InlineData("none")]
    public async Task Broken_answers_fail_the_call(string how)
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Fail(how switch
        {
            "cut" => ModelServerFault.CutConnection(),
            "half" => ModelServerFault.CutStream(),
            "malformed" => ModelServerFault.Malformed(),
            _ => ModelServerFault.NoChoices(),
        });
        using var chat = Chat(server);
        await Assert.ThrowsAnyAsync<Exception>(() => chat.GetResponseAsync("x", cancellationToken: Wire.Cancelled));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("malformed")]
    public async Task Broken_streams_fail_after_their_pieces(string how)
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Fail(how == "cut" ? ModelServerFault.CutStream(2) : ModelServerFault.Malformed());
        using var chat = Chat(server);
        var text = "";
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var update in chat.GetStreamingResponseAsync("x", cancellationToken: Wire.Cancelled))
                text += update.Text;
        });
        Assert.Equal(how == "cut" ? "piece 1 piece 2 " : "", text);
    }

    [Fact]
    public async Task Clients_on_one_transport_open_no_new_connection_after_the_first_calls()
    {
        await using var server = await Wire.ServerFor(_key);
        using HttpClient http = new();
        var options = Options(server.Endpoint);
        options.Transport = new HttpClientPipelineTransport(http);
        for (var i = 0; i < 20; i++)
        {
            using var chat = new OpenAIClient(new ApiKeyCredential(_key), options).GetChatClient("gpt-4o-mini").AsIChatClient();
            await chat.GetResponseAsync("x", cancellationToken: Wire.Cancelled);
        }

        Assert.Equal(1, server.Connections);
        Assert.Single(server.Requests.Select(r => r.ConnectionId).Distinct());
    }

    private static OpenAIClientOptions Options(Uri endpoint) => new() { Endpoint = endpoint, RetryPolicy = new ClientRetryPolicy(0) };

    private OpenAIClient Client(ModelServer server) => new(new ApiKeyCredential(_key), Options(server.Endpoint));

    private IChatClient Chat(ModelServer server) => Client(server).GetChatClient("gpt-4o-mini").AsIChatClient();
}
