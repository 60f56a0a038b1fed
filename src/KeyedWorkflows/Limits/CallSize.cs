using System.Text;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>The most tokens that a call may use: no token is shorter than a byte, and an answer has as many as the call allows, or as the host takes one to have.</summary>
internal readonly record struct CallSize(long Input, long Output)
{
    private const int BytesOfEstimatedToken = 4;

    /// <summary>What a picture or a file may come to.</summary>
    private const int TokensOfFile = 2_000;

    public long Total => Input + Output;

    public RunUsage Usage => new(1, Input, Output);

    public static CallSize Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options, int assumedAnswer)
    {
        var input = BytesOfEstimatedToken * TokenEstimate.OfMessages(messages, options?.Instructions);
        foreach (var message in messages)
            input += TokensOfFile * message.Contents.Count(static content => content is DataContent or UriContent or HostedFileContent);
        foreach (var tool in options?.Tools ?? [])
            input += Bytes(tool.Name) + Bytes(tool.Description) + (tool is AIFunctionDeclaration function ? Bytes(function.JsonSchema.GetRawText()) : 0);
        if (options?.ResponseFormat is ChatResponseFormatJson format)
            input += Bytes(format.SchemaName) + Bytes(format.SchemaDescription) + (format.Schema is { } schema ? Bytes(schema.GetRawText()) : 0);
        return new(input, options?.MaxOutputTokens is { } most and > 0 ? most : assumedAnswer);
    }

    private static long Bytes(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    public static CallSize Of(IEnumerable<string> texts) => new(BytesOfEstimatedToken * TokenEstimate.OfTexts(texts), 0);
}
