using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>What is answered to a chat request that no rule matches.</summary>
internal static class AnswerWithoutRule
{
    public static ModelAnswer For(ModelRequest request, ModelAnswer @default)
    {
        if (@default.Fault is not null)
            return @default;
        if (ForcedTool(request) is { } call)
            return ModelAnswer.CallTools(call);
        if (@default.Content is null || IsJsonObject(@default.Content))
            return @default;
        if (request.ResponseSchema is { } schema)
            return @default.WithText(SchemaSampler.Sample(schema));
        return request.ResponseFormat == "json_object" ? @default.WithText("{}") : @default;
    }

    /// <summary>A call of the tool that <c>tool_choice</c> leaves no choice about.</summary>
    private static ModelToolCall? ForcedTool(ModelRequest request)
    {
        if (request.Tools.Count == 0 || !request.Json.TryGetProperty("tool_choice", out var choice))
            return null;
        string? name = null;
        if (choice.ValueKind == JsonValueKind.String && choice.ValueEquals("required"))
            name = request.Tools[0];
        else if (choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("function", out var function) && function.TryGetProperty("name", out var asked))
            name = asked.GetString();
        if (name is null)
            return null;
        foreach (var tool in request.Json.GetProperty("tools").EnumerateArray())
        {
            if (tool.TryGetProperty("function", out var definition) && definition.TryGetProperty("name", out var toolName) && toolName.ValueEquals(name))
                return new ModelToolCall(name, definition.TryGetProperty("parameters", out var parameters) ? SchemaSampler.Sample(parameters) : "{}");
        }

        return null;
    }

    private static bool IsJsonObject(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith('{'))
            return false;
        try
        {
            return JsonElement.Parse(text).ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
