using System.Text;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>
/// How many tokens something is, roughly: a quarter of its bytes in UTF-8, which is near for English and a little low for scripts whose characters take three, and a few for each message. Of pictures and files, and of the
/// descriptions of tools, nothing is counted. It stands in for what a provider does not report.
/// </summary>
internal static class TokenEstimate
{
    private const int BytesOfToken = 4;
    private const int TokensOfMessage = 4;

    public static long OfMessages(IEnumerable<ChatMessage> messages)
    {
        var tokens = 0L;
        foreach (var message in messages)
            tokens += TokensOfMessage + Of(message.Contents);
        return tokens;
    }

    public static long OfTexts(IEnumerable<string> texts) => texts.Sum(static text => Of(text));

    public static long Of(IEnumerable<AIContent> contents)
    {
        var tokens = 0L;
        foreach (var content in contents)
        {
            tokens += content switch
            {
                TextContent text => Of(text.Text),
                TextReasoningContent text => Of(text.Text),
                FunctionCallContent call => Of(call.Name) + (call.Arguments?.Sum(static argument => Of(argument.Key) + Of(argument.Value?.ToString())) ?? 0),
                FunctionResultContent result => Of(result.Result?.ToString()),
                _ => 0,
            };
        }
        return tokens;
    }

    private static long Of(string? text) => string.IsNullOrEmpty(text) ? 0 : (Encoding.UTF8.GetByteCount(text) + BytesOfToken - 1) / BytesOfToken;
}
