using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>What is answered to a chat request that no rule matches.</summary>
internal static class AnswerWithoutRule
{
    public static ModelAnswer For(ModelRequest request, ModelAnswer @default)
    {
        if (@default.Fault is not null)
            return @default;
        if (request.ForcedTool is var (tool, parameters))
            return ModelAnswer.CallTool(tool, parameters is { } schema ? SchemaSampler.Sample(schema) : "{}");
        if (@default.Content is null || IsJsonObject(@default.Content))
            return @default;
        if (request.ResponseSchema is { } shape)
            return @default.WithText(SchemaSampler.Sample(shape));
        return request.ResponseFormat == "json_object" ? @default.WithText("{}") : @default;
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
