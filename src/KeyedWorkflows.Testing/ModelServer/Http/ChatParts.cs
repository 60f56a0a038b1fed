using System.Globalization;
using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>What whole and streamed chat answers have in common.</summary>
internal static class ChatParts
{
    public static ModelTokens Tokens(ModelRequest request, ModelAnswer answer)
    {
        if (answer.Tokens is { } given)
            return given;
        var completion = ModelServer.CountTokens(answer.Content ?? "") + ModelServer.CountTokens(answer.Refusal ?? "");
        foreach (var call in answer.ToolCalls)
            completion += ModelServer.CountTokens(call.Name) + ModelServer.CountTokens(call.Arguments);
        return new ModelTokens(request.PromptTokens, completion);
    }

    public static string FinishReason(ModelAnswer answer) => answer.FinishReason ?? (answer.ToolCalls.Count > 0 ? "tool_calls" : "stop");

    public static string CallId(ModelRequest request, ModelToolCall call, int index) =>
        call.Id ?? string.Create(CultureInfo.InvariantCulture, $"call_{request.Number}_{index}");

    public static void WriteStart(Utf8JsonWriter json, Exchange exchange, string? model, string kind)
    {
        Span<char> id = stackalloc char[40];
        id.TryWrite(CultureInfo.InvariantCulture, $"chatcmpl-{exchange.Request.Number}", out var length);
        json.WriteStartObject();
        json.WriteString("id"u8, id[..length]);
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, exchange.Created);
        json.WriteString("model"u8, model ?? exchange.Request.Model);
        json.WriteNull("service_tier"u8);
        json.WriteString("system_fingerprint"u8, "fp_model_server"u8);
    }

    public static void WriteUsage(Utf8JsonWriter json, ModelTokens tokens)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, tokens.Prompt);
        json.WriteNumber("completion_tokens"u8, tokens.Completion);
        json.WriteNumber("total_tokens"u8, tokens.Prompt + tokens.Completion);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, tokens.Cached);
        json.WriteNumber("audio_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, tokens.Reasoning);
        json.WriteNumber("audio_tokens"u8, 0);
        json.WriteNumber("accepted_prediction_tokens"u8, 0);
        json.WriteNumber("rejected_prediction_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
