using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// The shape of an answer that is an object: its schema, made once from the same metadata that reads it. What is no object in JSON (a list, an enum) is asked for as the member <c>data</c> of one,
/// because providers take objects only.
/// </summary>
internal sealed class PromptShape<T>
{
    private const string Wrapped = "data";

    private static readonly ConditionalWeakTable<JsonSerializerOptions, PromptShape<T>> Shapes = [];

    private readonly JsonTypeInfo<T> type;
    private readonly bool isWrapped;

    private PromptShape(JsonSerializerOptions json)
    {
        var strict = StrictJson.Of(json);
        type = WorkflowJson.TypeInfo<T>(strict);
        var schema = AIJsonUtilities.CreateJsonSchema(typeof(T), serializerOptions: strict, inferenceOptions: new()
        {
            TransformOptions = new() { DisallowAdditionalProperties = true, RequireAllProperties = true, MoveDefaultKeywordToDescription = true },
        });
        isWrapped = !(schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("object"));
        if (isWrapped)
        {
            var wrapper = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { [Wrapped] = SchemaReferences.MovedTo(schema, "/properties/" + Wrapped) },
                ["required"] = new JsonArray((JsonNode)Wrapped),
                ["additionalProperties"] = false,
            };
            schema = JsonElement.Parse(wrapper.ToJsonString());
        }
        Format = ChatResponseFormat.ForJsonSchema(schema, NameOf(typeof(T)));
    }

    public ChatResponseFormat Format { get; }

    public static PromptShape<T> Of(JsonSerializerOptions json) => Shapes.GetValue(json, static json => new(json));

    public T Read(string text)
    {
        try
        {
            var answer = WithoutFence(text.AsSpan().Trim());
            var value = isWrapped ? ReadWrapped(answer) : JsonSerializer.Deserialize(answer, type);
            if (value is not null)
                return value;
        }
        catch (JsonException)
        {
            // What the model wrote is not repeated: it may be anything.
        }
        throw new ModelCallException(WorkflowErrorCodes.OutputInvalid, $"The model's answer is not JSON of the shape of {typeof(T).Name}.");
    }

    private T? ReadWrapped(ReadOnlySpan<char> answer)
    {
        using var document = JsonDocument.Parse(answer.ToString());
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(Wrapped, out var inner)
            ? inner.Deserialize(type)
            : document.RootElement.Deserialize(type);
    }

    /// <summary>Models without structured output like to put their JSON between fences of Markdown.</summary>
    private static ReadOnlySpan<char> WithoutFence(ReadOnlySpan<char> answer)
    {
        if (!answer.StartsWith("```", StringComparison.Ordinal) || !answer.EndsWith("```", StringComparison.Ordinal) || answer.Length < 7)
            return answer;
        var line = answer.IndexOf('\n');
        return line < 0 ? answer : answer[(line + 1)..^3].Trim();
    }

    // Providers take letters, digits, _ and - in the name of a schema.
    private static string NameOf(Type type)
    {
        Span<char> name = stackalloc char[Math.Min(type.Name.Length, 64)];
        for (var index = 0; index < name.Length; index++)
            name[index] = char.IsAsciiLetterOrDigit(type.Name[index]) ? type.Name[index] : '_';
        return new(name);
    }
}
