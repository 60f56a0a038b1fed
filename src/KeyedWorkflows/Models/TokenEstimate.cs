using System.Text;
using System.Text.Json;
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

    /// <param name="messages">What is sent.</param>
    /// <param name="instructions">What a provider is sent before them, as a message of its own; null for nothing.</param>
    public static long OfMessages(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var tokens = string.IsNullOrEmpty(instructions) ? 0 : TokensOfMessage + Of(instructions);
        foreach (var message in messages)
            tokens += TokensOfMessage + Of(message.AuthorName) + Of(message.Contents);
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
                TextReasoningContent text => Of(text.Text) + Of(text.ProtectedData),
                FunctionCallContent call => Of(call.Name) + (call.Arguments?.Sum(static argument => Of(argument.Key) + OfValue(argument.Value)) ?? 0),
                FunctionResultContent result => OfValue(result.Result),
                _ => 0,
            };
        }
        return tokens;
    }

    /// <summary>What a tool was given or gave is sent as it is where it is text, and as JSON where it is anything else.</summary>
    private static long OfValue(object? value)
    {
        switch (value)
        {
            case null:
                return 0;
            case string text:
                return Of(text);
            case JsonElement { ValueKind: JsonValueKind.String } json:
                return Of(json.GetString());
        }
        try
        {
            return OfBytes(JsonSerializer.SerializeToUtf8Bytes(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object))).Length);
        }
        catch (Exception error) when (error is NotSupportedException or JsonException or InvalidOperationException)
        {
            // It has no form in JSON: the provider's client finds that, too.
            return Of(value.ToString());
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Code of the value's own failed, and fails the provider's client, which sends it, too: what an estimate is for goes on.
            return 0;
        }
    }

    private static long Of(string? text) => string.IsNullOrEmpty(text) ? 0 : OfBytes(Encoding.UTF8.GetByteCount(text));

    private static long OfBytes(long bytes) => (bytes + BytesOfToken - 1) / BytesOfToken;
}
