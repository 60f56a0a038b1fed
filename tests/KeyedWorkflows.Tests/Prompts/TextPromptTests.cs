using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Prompts;

public sealed class TextPromptTests
{
    private readonly FakeModel model = new();

    [Fact]
    public async Task The_answer_is_the_models_text()
    {
        Assert.Equal("re: hello", await AskAsync());
    }

    [Fact]
    public async Task Options_go_with_the_call()
    {
        await PromptCall.TextAsync(Chat.Of(model), Chat.Hello(), new PromptOptions { ModelId = "model-2", Temperature = 0.5f, MaxOutputTokens = 7 }, Scene.Ct);

        var options = Assert.Single(model.Requests).Options!;
        Assert.Equal(("model-2", 0.5f, 7), (options.ModelId, options.Temperature, options.MaxOutputTokens));
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_is_an_error()
    {
        model.Answers(FakeModel.Text("half an ans", ChatFinishReason.Length));

        var error = await Chat.FailureAsync(AskAsync, WorkflowErrorCodes.OutputTruncated);

        Assert.DoesNotContain("half", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_was_filtered_is_an_error()
    {
        model.Answers(FakeModel.Text("", ChatFinishReason.ContentFilter));

        await Chat.FailureAsync(AskAsync, WorkflowErrorCodes.ContentFiltered);
    }

    [Fact]
    public async Task A_refusal_is_an_error()
    {
        model.Answers(FakeModel.Of(new ChatMessage(ChatRole.Assistant, [new ErrorContent("I will not.") { ErrorCode = "Refusal" }])));

        await Chat.FailureAsync(AskAsync, WorkflowErrorCodes.ContentFiltered);
    }

    [Fact]
    public async Task An_empty_answer_is_an_empty_text()
    {
        model.Answers("");

        Assert.Equal("", await AskAsync());
    }

    [Fact]
    public async Task A_stream_yields_its_pieces()
    {
        model.Answers("one two");

        Assert.Equal(["one", " two"], await StreamAsync());
    }

    [Fact]
    public async Task A_stream_that_was_cut_off_is_an_error_after_its_pieces()
    {
        model.Answers(FakeModel.Text("one two", ChatFinishReason.Length));
        List<string> pieces = [];

        await Chat.FailureAsync(async () =>
        {
            await foreach (var piece in PromptCall.StreamAsync(Chat.Of(model), Chat.Hello(), new PromptOptions(), Scene.Ct))
                pieces.Add(piece);
        }, WorkflowErrorCodes.OutputTruncated);

        Assert.Equal(["one"], pieces);
    }

    [Fact]
    public async Task A_stream_that_was_filtered_is_an_error()
    {
        model.Answers(FakeModel.Text("one", ChatFinishReason.ContentFilter));

        await Chat.FailureAsync(StreamAsync, WorkflowErrorCodes.ContentFiltered);
    }

    [Fact]
    public void A_client_without_a_run_has_no_run_to_put_into_a_prompt()
    {
        var error = Assert.Throws<InvalidOperationException>(() => PromptCall.RunOf(Chat.Of(model)));

        Assert.Contains("RunContext", error.Message, StringComparison.Ordinal);
        Assert.Null(PromptCall.ToolValuesOf<FakeModel>(Chat.Of(model)));
    }

    private Task<string> AskAsync() => PromptCall.TextAsync(Chat.Of(model), Chat.Hello(), new PromptOptions(), Scene.Ct);

    private Task<List<string>> StreamAsync() => Chat.ListAsync(PromptCall.StreamAsync(Chat.Of(model), Chat.Hello(), new PromptOptions(), Scene.Ct));
}
