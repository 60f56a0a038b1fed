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

    public static CallSize Of(IEnumerable<ChatMessage> messages, ChatOptions? options, int assumedAnswer)
    {
        var input = 0L;
        foreach (var message in messages)
        {
            input += BytesOfEstimatedToken * TokenEstimate.OfMessages([message]);
            input += TokensOfFile * message.Contents.Count(static content => content is DataContent or UriContent or HostedFileContent);
        }
        foreach (var tool in options?.Tools ?? [])
            input += tool.Name.Length + tool.Description.Length + (tool is AIFunctionDeclaration function ? function.JsonSchema.GetRawText().Length : 0);
        if (options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema })
            input += schema.GetRawText().Length;
        return new(input, options?.MaxOutputTokens is { } most and > 0 ? most : assumedAnswer);
    }

    public static CallSize Of(IEnumerable<string> texts) => new(BytesOfEstimatedToken * TokenEstimate.OfTexts(texts), 0);
}
