using System.Text;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

/// <summary>Answers that the library would read into a hundred times their size.</summary>
public sealed class AnswerLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_of_endlessly_many_choices_is_not_read()
    {
        var fault = await Faults.OfAnswerAsync(CannedTransport.Answering(200, $$"""{"choices":[{{string.Join(',', Enumerable.Repeat("{}", 400_000))}}]}""").Chat());

        Assert.Equal((WorkflowErrorCodes.OutputTruncated, false), (fault.Code, fault.IsTransient));
        Assert.Contains("larger than any answer", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_with_the_probabilities_of_all_its_tokens_is_one()
    {
        var token = """{"token":" the","logprob":-0.0005,"bytes":[32,116],"top_logprobs":[{"token":" the","logprob":-0.0005,"bytes":[32,116]},{"token":" a","logprob":-7.9,"bytes":[32,97]}]}""";
        var body = $$"""{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"logprobs":{"content":[{{string.Join(',', Enumerable.Repeat(token, 20_000))}}]},"finish_reason":"stop"}]}""";

        Assert.Equal("Hello", (await CannedTransport.Answering(200, body).Chat().GetResponseAsync("Hi", cancellationToken: Token)).Text);
    }

    [Fact]
    public async Task An_answer_of_endlessly_many_empty_vectors_is_not_read()
    {
        var generator = CannedTransport.Answering(200, $$"""{"object":"list","model":"m","data":[{{string.Join(',', Enumerable.Repeat("{}", 400_000))}}]}""").Embeddings();

        var fault = await Assert.ThrowsAsync<ModelCallException>(() => generator.GenerateAsync(["one"], cancellationToken: Token));

        Assert.Equal((WorkflowErrorCodes.OutputTruncated, false), (fault.Code, fault.IsTransient));
    }

    [Fact]
    public async Task A_text_beyond_any_length_is_not_read()
    {
        var fault = await Faults.OfAnswerAsync(CannedTransport.Answering(200, Completion(new string('a', AnswerLimits.MostBytes))).Chat());

        Assert.Equal((WorkflowErrorCodes.OutputTruncated, false), (fault.Code, fault.IsTransient));
    }

    [Fact]
    public async Task A_long_text_is_an_answer()
    {
        var text = string.Concat(Enumerable.Repeat("word, word [and] {word}: ", 100_000));

        Assert.Equal(text, (await CannedTransport.Answering(200, Completion(text)).Chat().GetResponseAsync("Hi", cancellationToken: Token)).Text);
    }

    [Fact]
    public async Task One_endless_piece_of_a_stream_is_not_read()
    {
        var fault = await Faults.OfStreamAsync(CannedTransport.Streaming($"data: {{\"choices\":[{string.Join(',', Enumerable.Repeat("{}", AnswerLimits.MostLineBytes / 2))}]}}\n\n").Chat());

        Assert.Equal((WorkflowErrorCodes.OutputTruncated, false), (fault.Code, fault.IsTransient));
    }

    [Fact]
    public async Task A_long_stream_of_pieces_is_an_answer()
    {
        var piece = new string('b', 50_000);
        var body = new StringBuilder();
        for (var i = 0; i < 60; i++)
            body.Append("data: ").Append(Piece(piece, "null")).Append("\n\n");
        body.Append("data: ").Append(Piece("", "\"stop\"")).Append("\n\ndata: [DONE]\n\n");

        var answer = await CannedTransport.Streaming(body.ToString()).Chat().GetStreamingResponseAsync("Hi", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Equal(60 * piece.Length, answer.Text.Length);
    }

    [Fact]
    public async Task A_model_whose_name_would_forge_a_line_of_a_log_is_not_named()
    {
        var fault = await Faults.OfAnswerAsync(CannedTransport.Answering(404, """{"error":{"code":"model_not_found"}}""").Chat(model: "gpt\r\nerror: forged"));

        Assert.Equal(WorkflowErrorCodes.ModelNotFound, fault.Code);
        Assert.DoesNotContain("forged", fault.Message, StringComparison.Ordinal);
    }

    private static string Completion(string text) =>
        $$"""{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{{text}}"},"finish_reason":"stop"}]}""";

    private static string Piece(string text, string reason) =>
        $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":{{reason}}}]}""";
}
