using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Testing;

/// <summary>A real endpoint that answers in this server's place. It is asked for whole answers; the server streams them itself.</summary>
internal sealed class UpstreamModel(Uri endpoint, string key, HttpClient client)
{
    public async Task<ModelAnswer> AskAsync(ModelRequest request, CancellationToken cancellationToken)
    {
        var chat = request.Operation == ModelOperation.Chat;
        var root = endpoint.AbsoluteUri.TrimEnd('/');
        using HttpRequestMessage message = new(HttpMethod.Post, $"{root}/{(chat ? "chat/completions" : "embeddings")}");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        message.Content = new StringContent(Body(request, chat), Encoding.UTF8, "application/json");
        try
        {
            using var response = await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            text = text.Replace(key, "[key]", StringComparison.Ordinal);
            if (!response.IsSuccessStatusCode)
                return Failure((int)response.StatusCode, response.Headers.RetryAfter?.Delta, text);
            var json = JsonElement.Parse(text);
            return chat ? Chat(json) : Embeddings(json);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return ModelServerFault.Error(502, "upstream_failed", $"The endpoint that requests are forwarded to failed: {exception.GetType().Name}.", "server_error");
        }
    }

    private static string Body(ModelRequest request, bool chat)
    {
        var body = JsonNode.Parse(request.Body.Span)!.AsObject();
        body.Remove("stream");
        body.Remove("stream_options");
        if (!chat)
            body["encoding_format"] = "float";
        return body.ToJsonString();
    }

    private static ModelAnswer Failure(int status, TimeSpan? retryAfter, string text)
    {
        string? message = null, code = null, type = null;
        try
        {
            if (JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
                (message, code, type) = (Text(error, "message"), Text(error, "code"), Text(error, "type"));
        }
        catch (JsonException)
        {
            message = "The endpoint that requests are forwarded to answered without JSON.";
        }

        var fault = ModelServerFault.Error(status < 400 ? 502 : status, code, message ?? "", type ?? "server_error");
        return retryAfter is { } wait ? fault.WithRetryAfter(wait) : fault;
    }

    private static ModelAnswer Chat(JsonElement json)
    {
        var choice = json.GetProperty("choices")[0];
        var message = choice.GetProperty("message");
        List<ModelToolCall> calls = [];
        if (message.TryGetProperty("tool_calls", out var given) && given.ValueKind == JsonValueKind.Array)
        {
            foreach (var call in given.EnumerateArray())
            {
                var function = call.GetProperty("function");
                calls.Add(new ModelToolCall(Text(function, "name") ?? "", Text(function, "arguments") ?? "", Text(call, "id")));
            }
        }

        return ModelAnswer.Of(Text(message, "content"), calls, Text(message, "refusal")) with
        {
            FinishReason = Text(choice, "finish_reason"), Model = Text(json, "model"), Tokens = Tokens(json),
        };
    }

    private static ModelAnswer Embeddings(JsonElement json)
    {
        float[][] vectors =
        [
            .. json.GetProperty("data").EnumerateArray()
                .OrderBy(static d => d.GetProperty("index").GetInt32())
                .Select(static d => d.GetProperty("embedding").EnumerateArray().Select(static n => n.GetSingle()).ToArray()),
        ];
        return ModelAnswer.OfVectors(vectors) with { Model = Text(json, "model"), Tokens = Tokens(json) };
    }

    private static ModelTokens? Tokens(JsonElement json)
    {
        if (!json.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
            return null;
        return new ModelTokens(
            Number(usage, "prompt_tokens"), Number(usage, "completion_tokens"),
            Detail(usage, "prompt_tokens_details", "cached_tokens"), Detail(usage, "completion_tokens_details", "reasoning_tokens"));
    }

    private static int Detail(JsonElement usage, string details, string name) =>
        usage.TryGetProperty(details, out var found) && found.ValueKind == JsonValueKind.Object ? Number(found, name) : 0;

    private static int Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
