using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>A chat answer in one piece.</summary>
internal static class ChatCompletion
{
    public static async ValueTask SendAsync(Exchange exchange, ModelAnswer answer)
    {
        var tokens = ChatParts.Tokens(exchange.Request, answer);
        exchange.Count(tokens);
        exchange.Server.Recorder?.Write(exchange.Request, answer, tokens);
        await exchange.SendAsync(200, Write(exchange, answer, tokens)).ConfigureAwait(false);
    }

    public static JsonScratch Write(Exchange exchange, ModelAnswer answer, ModelTokens tokens)
    {
        var scratch = JsonScratch.Start();
        var json = scratch.Writer;
        ChatParts.WriteStart(json, exchange, answer.Model, "chat.completion");
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, answer.Content);
        json.WriteString("refusal"u8, answer.Refusal);
        if (answer.ToolCalls.Count > 0)
            WriteToolCalls(json, exchange.Request, answer.ToolCalls);
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, ChatParts.FinishReason(answer));
        json.WriteEndObject();
        json.WriteEndArray();
        ChatParts.WriteUsage(json, tokens);
        json.WriteEndObject();
        return scratch;
    }

    private static void WriteToolCalls(Utf8JsonWriter json, ModelRequest request, IReadOnlyList<ModelToolCall> calls)
    {
        json.WriteStartArray("tool_calls"u8);
        for (var i = 0; i < calls.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, ChatParts.CallId(request, calls[i], i));
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, calls[i].Name);
            json.WriteString("arguments"u8, calls[i].Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
