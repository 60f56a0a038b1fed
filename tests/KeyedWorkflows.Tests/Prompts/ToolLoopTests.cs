using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Prompts;

public sealed class ToolLoopTests
{
    private readonly FakeModel model = new();
    private readonly List<string> asked = [];

    [Fact]
    public async Task The_model_is_told_the_tools_result_and_answers()
    {
        model.Answers(Call("42")).Answers("It is green.");

        Assert.Equal("It is green.", await AskAsync(LookUp()));

        Assert.Equal(["42"], asked);
        var second = model.Requests.Last().Messages;
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], second.Select(static message => message.Role));
        Assert.Equal("green", Assert.IsType<FunctionResultContent>(Assert.Single(second[2].Contents)).Result);
    }

    [Fact]
    public async Task What_the_model_said_before_its_last_call_of_a_tool_is_no_part_of_the_answer()
    {
        model.Answers(FakeModel.Of(new ChatMessage(ChatRole.Assistant, [new TextContent("Let me see."), new FunctionCallContent("c1", "LookUp", new Dictionary<string, object?> { ["id"] = "1" })]), ChatFinishReason.ToolCalls));
        model.Answers("It is green.");

        Assert.Equal("It is green.", await AskAsync(LookUp()));
    }

    [Fact]
    public async Task Several_calls_in_one_answer_are_one_round()
    {
        model.Answers(FakeModel.Of(new ChatMessage(ChatRole.Assistant, [Content("1"), Content("2"), Content("3")]), ChatFinishReason.ToolCalls)).Answers("done");

        Assert.Equal("done", await AskAsync(LookUp(), rounds: 1));
        Assert.Equal(["1", "2", "3"], asked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public async Task The_loop_ends_after_its_rounds_with_an_error(int rounds)
    {
        model.Otherwise = static (_, _) => Task.FromResult(Call("again"));

        var error = await Chat.FailureAsync(() => AskAsync(LookUp(), rounds), WorkflowErrorCodes.ToolRoundsReached);

        Assert.Contains("MaxToolRounds", error.Message, StringComparison.Ordinal);
        Assert.Equal(rounds, asked.Count);
        Assert.Equal(rounds + 1, model.Requests.Count);
    }

    [Fact]
    public async Task The_loop_of_a_stream_ends_in_the_same_way()
    {
        model.Otherwise = static (_, _) => Task.FromResult(Call("again"));

        await Chat.FailureAsync(() => StreamAsync(LookUp(), rounds: 2), WorkflowErrorCodes.ToolRoundsReached);

        Assert.Equal(2, asked.Count);
        Assert.Equal(3, model.Requests.Count);
    }

    [Fact]
    public async Task A_stream_calls_tools_too()
    {
        model.Answers(Call("42")).Answers("It is green.");

        Assert.Equal("It is green.", string.Concat(await StreamAsync(LookUp())));
        Assert.Equal(["42"], asked);
    }

    [Fact]
    public async Task The_tools_are_still_there_in_the_last_round()
    {
        model.Answers(Call("1")).Answers("done");

        await AskAsync(LookUp(), rounds: 1);

        Assert.All(model.Requests, static request => Assert.Single(request.Options!.Tools!));
    }

    [Fact]
    public async Task A_tool_exception_is_told_to_the_model_as_it_is()
    {
        model.Answers(Call("42")).Answers("Sorry.");

        Assert.Equal("Sorry.", await AskAsync(Chat.Tool("LookUp", static _ => throw new ToolException("There is no order 42."))));

        Assert.Equal("There is no order 42.", Assert.IsType<FunctionResultContent>(model.Requests.Last().Messages[^1].Contents[0]).Result);
    }

    [Fact]
    public async Task Any_other_failure_of_a_tool_is_thrown_as_it_is_and_the_model_hears_nothing()
    {
        var thrown = new InvalidOperationException("database");
        model.Answers(Call("42"));

        Assert.Same(thrown, await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(Chat.Tool("LookUp", _ => throw thrown))));

        Assert.Single(model.Requests);
    }

    [Fact]
    public async Task A_failing_tool_is_not_followed_by_the_others_of_the_round()
    {
        model.Answers(FakeModel.Of(new ChatMessage(ChatRole.Assistant, [Content("1"), Content("2")]), ChatFinishReason.ToolCalls));

        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(Chat.Tool("LookUp", id =>
        {
            asked.Add(id);
            throw new InvalidOperationException("database");
        })));

        Assert.Equal(["1"], asked);
    }

    [Fact]
    public async Task A_tool_that_does_not_exist_is_told_to_the_model()
    {
        model.Answers(FakeModel.ToolCall("Delete", new Dictionary<string, object?>())).Answers("Sorry.");

        Assert.Equal("Sorry.", await AskAsync(LookUp()));
        Assert.Empty(asked);
    }

    [Fact]
    public async Task A_missing_or_wrong_argument_is_told_to_the_model()
    {
        model.Answers(FakeModel.ToolCall("LookUp", new Dictionary<string, object?>())).Answers("Sorry.");

        await AskAsync(LookUp());

        Assert.Equal("The argument 'id' is missing.", Assert.IsType<FunctionResultContent>(model.Requests.Last().Messages[^1].Contents[0]).Result);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task A_call_of_a_tool_that_was_cut_off_is_not_made()
    {
        model.Answers(FakeModel.Of(new ChatMessage(ChatRole.Assistant, [Content("4")]), ChatFinishReason.Length));

        await Chat.FailureAsync(() => AskAsync(LookUp()), WorkflowErrorCodes.OutputTruncated);

        Assert.Empty(asked);
    }

    [Fact]
    public async Task An_object_may_be_asked_for_with_tools()
    {
        model.Answers(Call("42")).Answers("""{"data":"green"}""");

        Assert.Equal(Colour.Green, await PromptCall.ObjectAsync<Colour>(Chat.Of(model), Chat.Hello(), new PromptOptions { Tools = [LookUp()] }, WorkflowJson.Reflection, Scene.Ct));
    }

    [Fact]
    public async Task The_steps_client_is_not_disposed_of()
    {
        model.Answers(Call("42")).Answers("done");

        await AskAsync(LookUp());

        Assert.Equal(0, model.Disposed);
    }

    private static ChatResponse Call(string id) => FakeModel.ToolCall("LookUp", new Dictionary<string, object?> { ["id"] = id });

    private static FunctionCallContent Content(string id) => new("call-" + id, "LookUp", new Dictionary<string, object?> { ["id"] = id });

    private PromptTool LookUp() => Chat.Tool("LookUp", id =>
    {
        asked.Add(id);
        return new("green");
    });

    private Task<string> AskAsync(AITool tool, int rounds = 8) => PromptCall.TextAsync(Chat.Of(model), Chat.Hello(), new PromptOptions { Tools = [tool], MaxToolRounds = rounds }, Scene.Ct);

    private Task<List<string>> StreamAsync(AITool tool, int rounds = 8) => Chat.ListAsync(PromptCall.StreamAsync(Chat.Of(model), Chat.Hello(), new PromptOptions { Tools = [tool], MaxToolRounds = rounds }, Scene.Ct));

    private enum Colour
    {
        Green,
    }
}
