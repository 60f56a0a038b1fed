using System.Text.Json;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class ChatTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_brings_its_text_model_and_usage()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Answer(ModelAnswer.Text("Hello") with { Tokens = new ModelTokens(100, 20, Cached: 64, Reasoning: 8), Model = "gpt-test-2026" });

        var response = await scene.Chat().GetResponseAsync("Hi", cancellationToken: Token);

        Assert.Equal(("Hello", "gpt-test-2026", ChatFinishReason.Stop), (response.Text, response.ModelId, response.FinishReason));
        Assert.Equal((100, 20, 120, 64, 8), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.CachedInputTokenCount, response.Usage.ReasoningTokenCount));
    }

    [Fact]
    public async Task Settings_of_the_call_are_sent()
    {
        await using var scene = await Scene.StartAsync();
        await scene.Chat().GetResponseAsync("Hi", new ChatOptions { Temperature = 0.5f, TopP = 0.25f, MaxOutputTokens = 7, Seed = 3, Reasoning = new() { Effort = ReasoningEffort.Low } }, Token);

        var sent = scene.Server.Requests.Single().Json;
        Assert.Equal((0.5, 0.25, 7, 3, "low"),
            (sent.GetProperty("temperature").GetDouble(), sent.GetProperty("top_p").GetDouble(), sent.GetProperty("max_completion_tokens").GetInt32(), sent.GetProperty("seed").GetInt32(),
            sent.GetProperty("reasoning_effort").GetString()));
    }

    [Fact]
    public async Task The_model_is_the_contexts_whatever_the_options_ask()
    {
        await using var scene = await Scene.StartAsync();
        var chat = scene.Chat(model: "acme-prod");
        ChatOptions options = new() { ModelId = "another" };

        await chat.GetResponseAsync("Hi", options, Token);
        await foreach (var _ in chat.GetStreamingResponseAsync("Hi", options, Token))
        {
        }

        Assert.All(scene.Server.Requests, request => Assert.Equal("acme-prod", request.Model));
        Assert.Equal("another", options.ModelId);
    }

    [Fact]
    public async Task Options_of_the_providers_own_do_not_change_the_model_either()
    {
        await using var scene = await Scene.StartAsync();
        IChatClient? seen = null;
        ChatOptions options = new()
        {
            RawRepresentationFactory = client =>
            {
                seen = client;
                ChatCompletionOptions native = new() { EndUserId = "end-user" };
                native.Patch.Set("$.model"u8, "another");
                return native;
            },
        };
        await scene.Chat(model: "acme-prod").GetResponseAsync("Hi", options, Token);

        var request = scene.Server.Requests.Single();
        Assert.Equal(("acme-prod", "end-user"), (request.Model, request.User));
        Assert.Null(seen!.GetService<ChatClient>());
    }

    [Theory]
    [InlineData("length")]
    [InlineData("content_filter")]
    public async Task How_an_answer_ended_stays_in_it(string reason)
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Answer(ModelAnswer.Text("Hel") with { FinishReason = reason });

        Assert.Equal(reason, (await scene.Chat().GetResponseAsync("Hi", cancellationToken: Token)).FinishReason?.Value);
        Assert.Equal(reason, (await scene.Chat().GetStreamingResponseAsync("Hi", cancellationToken: Token).ToChatResponseAsync(Token)).FinishReason?.Value);
    }

    [Fact]
    public async Task A_refusal_can_be_seen()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Answer(ModelAnswer.Refuse("I will not."));

        var answer = await scene.Chat().GetResponseAsync("Hi", cancellationToken: Token);
        var streamed = await scene.Chat().GetStreamingResponseAsync("Hi", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.All([answer, streamed], response =>
        {
            var refusal = response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().Single();
            Assert.Equal(("Refusal", "I will not."), (refusal.ErrorCode, refusal.Message));
        });
    }

    public sealed record Ticket(string Topic, int Urgency);

    [Fact]
    public async Task An_object_is_asked_for_by_its_schema()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.When(request => request.ResponseFormat == "json_schema").AnswerJson("""{"topic":"refund","urgency":3}""");

        var response = await scene.Chat().GetResponseAsync<Ticket>("Which topic?", new JsonSerializerOptions(AIJsonUtilities.DefaultOptions) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase },
            cancellationToken: Token);

        Assert.Equal(new Ticket("refund", 3), response.Result);
        Assert.Equal(["topic", "urgency"], scene.Server.Requests.Single().ResponseSchema!.Value.GetProperty("properties").EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Tools_are_called_and_answered()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Script(ModelAnswer.CallTool("look_up", """{"order":"A7"}"""), "It has been sent.");
        var asked = "";
        var tool = AIFunctionFactory.Create((string order) => { asked = order; return "sent"; }, "look_up");
        using var chat = scene.Chat().AsBuilder().UseFunctionInvocation().Build();

        var response = await chat.GetResponseAsync("Where is A7?", new ChatOptions { Tools = [tool] }, Token);

        Assert.Equal(("A7", "It has been sent."), (asked, response.Text));
        Assert.Equal(2, scene.Server.Requests.Count);
        Assert.Equal("look_up", scene.Server.Requests[0].Tools.Single());
        Assert.Equal("sent", JsonSerializer.Deserialize<string>(scene.Server.Requests[1].Messages.Single(message => message.Role == "tool").Text));
    }

    [Fact]
    public async Task Tools_are_called_out_of_a_stream_too()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Script(ModelAnswer.CallTool("look_up", """{"order":"A7"}"""), "It has been sent.");
        var tool = AIFunctionFactory.Create((string order) => order + " sent", "look_up");
        using var chat = scene.Chat().AsBuilder().UseFunctionInvocation().Build();

        var response = await chat.GetStreamingResponseAsync("Where is A7?", new ChatOptions { Tools = [tool] }, Token).ToChatResponseAsync(Token);

        Assert.EndsWith("It has been sent.", response.Text, StringComparison.Ordinal);
        Assert.Contains("A7 sent", scene.Server.Requests[1].Messages.Single(message => message.Role == "tool").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_raw_client_is_handed_out()
    {
        await using var scene = await Scene.StartAsync();
        var chat = scene.Chat();

        Assert.Null(chat.GetService<ChatClient>());
        Assert.Null(chat.GetService(typeof(OpenAIRequestPolicies)));
        Assert.Same(chat, chat.GetService<IChatClient>());
        Assert.Equal(("openai", "gpt-test", scene.Server.Endpoint), (chat.GetService<ChatClientMetadata>()!.ProviderName, chat.GetService<ChatClientMetadata>()!.DefaultModelId, chat.GetService<ChatClientMetadata>()!.ProviderUri));
    }

    [Fact]
    public async Task A_client_that_was_disposed_leaves_the_connections_to_the_others()
    {
        await using var scene = await Scene.StartAsync();
        using (var first = scene.Chat())
            await first.GetResponseAsync("Hi", cancellationToken: Token);
        await scene.Chat().GetResponseAsync("Hi", cancellationToken: Token);

        Assert.Equal(1, scene.Server.Connections);
    }

    [Fact]
    public async Task Two_keys_share_one_connection_and_nothing_else()
    {
        await using var scene = await Scene.StartAsync();
        var other = Scene.NewKey();
        scene.Server.Keys.Add(other);

        await scene.Chat().GetResponseAsync("Hi", cancellationToken: Token);
        await scene.Chat(key: other).GetResponseAsync("Hi", cancellationToken: Token);
        await scene.Embeddings(key: other).GenerateAsync(["a"], cancellationToken: Token);

        Assert.Equal(1, scene.Server.Connections);
        Assert.Equal([scene.Key, other, other], scene.Server.Requests.Select(request => request.Key));
    }

    [Fact]
    public async Task A_message_that_cannot_be_sent_is_refused_before_anything_goes_out()
    {
        await using var scene = await Scene.StartAsync();
        var whole = await Assert.ThrowsAsync<ModelCallException>(() => scene.Chat().GetResponseAsync(Array.Empty<ChatMessage>(), cancellationToken: Token));
        var streamed = await Assert.ThrowsAsync<ModelCallException>(async () => await scene.Chat().GetStreamingResponseAsync(Array.Empty<ChatMessage>(), cancellationToken: Token).ToListAsync(Token));

        Assert.Equal((WorkflowErrorCodes.RequestRefused, false), (whole.Code, whole.IsTransient));
        Assert.Equal((WorkflowErrorCodes.RequestRefused, false), (streamed.Code, streamed.IsTransient));
        Assert.Empty(scene.Server.Requests);
    }

    [Fact]
    public async Task What_the_callers_own_sequence_throws_stays_the_callers()
    {
        await using var scene = await Scene.StartAsync();

        await Assert.ThrowsAsync<FormatException>(() => scene.Chat().GetResponseAsync(Broken(), cancellationToken: Token));

        static IEnumerable<ChatMessage> Broken()
        {
            yield return new ChatMessage(ChatRole.User, "Hi");
            throw new FormatException();
        }
    }
}
