using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Limits;

/// <summary>What a call holds back is no less than what is sent: a token for each byte.</summary>
public sealed class CallSizeTests
{
    private const int Bytes = 100_000;

    private static readonly string Long = string.Concat(Enumerable.Repeat("é", Bytes / 2));

    private static readonly ChatMessage Hello = new(ChatRole.User, "hello");

    public static TheoryData<string, ChatMessage, ChatOptions?> Sent => new()
    {
        { "text", new(ChatRole.User, Long), null },
        { "reasoning", new(ChatRole.Assistant, [new TextReasoningContent(Long)]), null },
        { "instructions", Hello, new() { Instructions = Long } },
        { "name", new(ChatRole.User, "hello") { AuthorName = Long }, null },
        { "argument", new(ChatRole.Assistant, [new FunctionCallContent("1", "find", new Dictionary<string, object?> { ["what"] = new[] { Long } })]), null },
        { "result", new(ChatRole.Tool, [new FunctionResultContent("1", Long)]), null },
        { "result of JSON", new(ChatRole.Tool, [new FunctionResultContent("1", JsonSerializer.SerializeToElement(new[] { Long }))]), null },
        { "result of contents", new(ChatRole.Tool, [new FunctionResultContent("1", new List<AIContent> { new TextContent(Long) })]), null },
        { "result without a form", new(ChatRole.Tool, [new FunctionResultContent("1", new Unserializable())]), null },
        { "tool", Hello, new() { Tools = [AIFunctionFactory.Create(static () => 1, "tool", Long)] } },
        { "schema", Hello, new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonSerializer.SerializeToElement(Long), "schema") } },
        { "schema's description", Hello, new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonSerializer.SerializeToElement("x"), "schema", Long) } },
    };

    [Theory]
    [MemberData(nameof(Sent), DisableDiscoveryEnumeration = true)]
    public void All_that_is_sent_is_held_back(string what, ChatMessage message, ChatOptions? options)
    {
        var size = CallSize.Of([message], options, 10);

        Assert.True(size.Input >= Bytes, $"{what}: {size.Input}");
        Assert.Equal(10, size.Output);
    }

    [Fact]
    public void What_is_estimated_counts_instructions()
    {
        Assert.Equal(TokenEstimate.OfMessages([Hello], null) + 4 + (Encoding.UTF8.GetByteCount(Long) / 4), TokenEstimate.OfMessages([Hello], Long));
    }

    private sealed class Unserializable
    {
        public Action Does => static () => { };

        public override string ToString() => Long;
    }
}
