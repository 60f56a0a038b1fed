using System.Text.Json;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// What an error's JSON says about its kind. The provider's sentence is read for a few marks and then dropped: it may repeat the key.
/// Shapes: OpenAI and Azure <c>{"error":{code,type,param,innererror}}</c>, gateways that put the same at the top or in a list, and <c>{"error":"…"}</c>.
/// </summary>
internal readonly record struct ErrorBody(string? Code, string? Type, string? Param, string? InnerCode, bool SpeaksOfKey, bool SpeaksOfModel)
{
    public static ErrorBody Read(ReadOnlyMemory<byte> json, string model)
    {
        if (json.IsEmpty)
            return default;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement, model);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static ErrorBody Read(JsonElement root, string model)
    {
        if (root is { ValueKind: JsonValueKind.Array } && root.GetArrayLength() > 0)
            root = root[0];
        if (root.ValueKind != JsonValueKind.Object)
            return default;
        var error = root.TryGetProperty("error", out var inside) && inside.ValueKind == JsonValueKind.Object ? inside : root;
        var message = Text(error, "message") ?? Text(error, "error");
        var inner = Object(error, "innererror") ?? Object(error, "inner_error");
        return new(
            Text(error, "code"),
            Text(error, "type") ?? Text(error, "status"),
            Text(error, "param"),
            inner is { } detail ? Text(detail, "code") : null,
            Holds("api key") && (Holds("valid") || Holds("incorrect")),
            Holds("model") && Holds(model));

        bool Holds(string mark) => message is not null && message.Contains(mark, StringComparison.OrdinalIgnoreCase);
    }

    public bool Is(params ReadOnlySpan<string> kinds)
    {
        foreach (var kind in kinds)
        {
            if (kind.Equals(Code, StringComparison.OrdinalIgnoreCase) || kind.Equals(Type, StringComparison.OrdinalIgnoreCase) || kind.Equals(InnerCode, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
            ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null }
            : null;

    private static JsonElement? Object(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
