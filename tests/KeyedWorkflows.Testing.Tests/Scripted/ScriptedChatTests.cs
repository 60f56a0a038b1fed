using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing.Tests;

/// <summary>Scripted clients on their own, as a unit test of a step uses them.</summary>
public sealed class ScriptedChatTests
{
    private readonly ScriptedModels _models = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_script_the_answer_says_that_it_is_scripted()
    {
        var chat = _models.ChatClient();
        var whole = await chat.GetResponseAsync("Hello", cancellationToken: Token);
        var streamed = await chat.GetStreamingResponseAsync("Hello", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Equal((ScriptedModels.DefaultText, ScriptedModels.DefaultText), (whole.Text, streamed.Text));
        Assert.Equal((ChatFinishReason.Stop, ChatFinishReason.Stop), (whole.FinishReason, streamed.FinishReason));
        Assert.Equal(ModelServer.CountTokens("Hello") + ModelServer.CountTokens(ScriptedModels.DefaultText), whole.Usage!.TotalTokenCount);
        Assert.Equal(whole.Usage.TotalTokenCount, streamed.Usage!.TotalTokenCount);
        Assert.Equal("scripted", ((ChatClientMetadata)chat.GetService(typeof(ChatClientMetadata))!).ProviderName);
    }

    [Fact]
    public async Task An_object_that_is_asked_for_is_valid_for_its_schema()
    {
        var topic = await _models.ChatClient().GetResponseAsync<Topic>("Hello", cancellationToken: Token);

        Assert.Equal("text", topic.Result.Name);
        Assert.Equal("json_schema", _models.Requests.Single().ResponseFormat);
    }

    [Fact]
    public async Task Rules_scripts_and_the_default_answer_in_that_order()
    {
        _models.When(request => request.LastUserMessage.Contains("refund", StringComparison.Ordinal)).Answer("We refund you.");
        _models.Script("first", ModelAnswer.Refuse("no"));
        _models.Answer("by default");
        var chat = _models.ChatClient();

        Assert.Equal("We refund you.", (await chat.GetResponseAsync("a refund", cancellationToken: Token)).Text);
        Assert.Equal("first", (await chat.GetResponseAsync("other", cancellationToken: Token)).Text);
        var refused = await chat.GetResponseAsync("other", cancellationToken: Token);
        Assert.Equal("Refusal", Assert.IsType<ErrorContent>(Assert.Single(refused.Messages[0].Contents)).ErrorCode);
        Assert.Equal("by default", (await chat.GetResponseAsync("other", cancellationToken: Token)).Text);
        _models.ClearRules();
        Assert.Equal("by default", (await chat.GetResponseAsync("a refund", cancellationToken: Token)).Text);
        Assert.Equal(5, _models.Requests.Count);
        _models.ClearRequests();
        Assert.Empty(_models.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_is_called_and_its_result_comes_back(bool streamed)
    {
        _models.When(request => request.Messages[^1].Role != "tool").CallTool("LookUp", new { id = 7 });
        _models.When(request => request.Messages[^1] is { Role: "tool", Text: "order 7" }).Answer("It is on its way.");
        using var chat = _models.ChatClient().AsBuilder().UseFunctionInvocation().Build();
        ChatOptions options = new() { Tools = [AIFunctionFactory.Create(LookUp, nameof(LookUp))] };

        var answer = streamed
            ? await chat.GetStreamingResponseAsync("Where is it?", options, Token).ToChatResponseAsync(Token)
            : await chat.GetResponseAsync("Where is it?", options, Token);

        Assert.EndsWith("It is on its way.", answer.Text, StringComparison.Ordinal);
        Assert.Equal(["LookUp"], _models.Requests[0].Tools);
        Assert.Equal(new ModelToolCall("LookUp", """{"id":7}""", _models.Requests[1].Messages[^1].ToolCallId), Assert.Single(_models.Requests[1].Messages[^2].ToolCalls));

        [Description("Finds an order.")]
        static string LookUp(int id) => $"order {id}";
    }

    [Fact]
    public async Task A_tool_that_must_be_called_is_called_with_valid_arguments()
    {
        ChatOptions options = new() { Tools = [AIFunctionFactory.Create((int id, string name) => id + name, "Save")], ToolMode = ChatToolMode.RequireAny };
        var answer = await _models.ChatClient().GetResponseAsync("Save it", options, Token);

        var call = Assert.IsType<FunctionCallContent>(Assert.Single(answer.Messages[0].Contents));
        Assert.Equal(("Save", null), (call.Name, call.Exception));
        Assert.Equal(["id", "name"], call.Arguments!.Keys.Order());
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
    }

    [Fact]
    public async Task Arguments_that_are_no_JSON_arrive_as_what_they_are()
    {
        _models.Answer(ModelAnswer.CallTool("Save", "{broken"));
        var answer = await _models.ChatClient().GetResponseAsync("Save it", cancellationToken: Token);

        Assert.NotNull(Assert.IsType<FunctionCallContent>(Assert.Single(answer.Messages[0].Contents)).Exception);
    }

    [Fact]
    public async Task A_stream_can_be_held_after_some_pieces()
    {
        ModelServerGate gate = new();
        _models.When(_ => true).HoldUntil(gate, afterChunks: 1).Stream("one ", "two");
        await using var updates = _models.ChatClient().GetStreamingResponseAsync("Go", cancellationToken: Token).GetAsyncEnumerator(Token);

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("one ", updates.Current.Text);
        var next = updates.MoveNextAsync();
        Assert.False(next.IsCompleted);
        gate.Open();
        Assert.True(await next);
        Assert.Equal("two", updates.Current.Text);
    }

    [Fact]
    public async Task A_client_can_say_which_run_it_belongs_to()
    {
        TestRunContext run = new(tenant: "acme", profileName: "client_a");
        var chat = _models.ChatClient(run);
        await chat.GetResponseAsync("Hello", cancellationToken: Token);

        Assert.Same(run, chat.GetService(typeof(RunContext)));
        Assert.Null(_models.ChatClient().GetService(typeof(RunContext)));
        Assert.Null(_models.Requests.Single().Step);
    }

    [Fact]
    public async Task Embeddings_come_from_the_texts()
    {
        using var generator = _models.EmbeddingGenerator();
        var both = await generator.GenerateAsync(["a", "b"], new EmbeddingGenerationOptions { Dimensions = 8 }, Token);
        var again = await generator.GenerateAsync(["b"], new EmbeddingGenerationOptions { Dimensions = 8 }, Token);
        _models.When(request => request.Inputs.Contains("c")).Answer(ModelAnswer.Embedding(1, 0));

        Assert.Equal(both[1].Vector.ToArray(), again[0].Vector.ToArray());
        Assert.NotEqual(both[0].Vector.ToArray(), both[1].Vector.ToArray());
        var given = await generator.GenerateAsync(["c"], cancellationToken: Token);
        Assert.Equal([1f, 0f], given[0].Vector.ToArray());
        Assert.Equal((8, 2L), (both[0].Vector.Length, both.Usage!.InputTokenCount));
        Assert.Empty(await generator.GenerateAsync([], cancellationToken: Token));
    }

    [Fact]
    public async Task A_rule_that_throws_says_so()
    {
        _models.When(_ => throw new FormatException("not like this")).Answer("never");
        var fault = await Assert.ThrowsAsync<ModelCallException>(() => _models.ChatClient().GetResponseAsync("Hello", cancellationToken: Token));

        Assert.Equal((WorkflowErrorCodes.ProviderFailed, "A rule of the script threw FormatException: not like this"), (fault.Code, fault.Message));
    }

    [Fact]
    public async Task A_script_never_reaches_out()
    {
        _models.When(_ => true).ForwardTo(new Uri("http://127.0.0.1:1/v1"), "key-" + Guid.NewGuid().ToString("N"));

        var fault = await Assert.ThrowsAsync<ModelCallException>(() => _models.ChatClient().GetResponseAsync("Hello", cancellationToken: Token));
        Assert.Equal(WorkflowErrorCodes.RequestRefused, fault.Code);
    }

    [Fact]
    public async Task Only_so_many_requests_are_kept()
    {
        _models.MaxRecordedRequests = 2;
        foreach (var text in new[] { "one", "two", "three" })
            await _models.ChatClient().GetResponseAsync(text, cancellationToken: Token);

        Assert.Equal(["two", "three"], _models.Requests.Select(request => request.LastUserMessage));
    }
}
