using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>
/// Reads the members of what a host answered. Nothing is put in the place of one that is missing, or of another kind: an empty list that was made of another server's answer would be believed. What a newer host says besides is passed over.
/// </summary>
internal static class HostAnswer
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">It is no JSON, or says a member twice: which one counts would be guessed.</exception>
    /// <exception cref="OddAnswerException">It is nothing.</exception>
    public static JsonNode Parse(byte[] answer) => answer.Length == 0 ? throw new OddAnswerException() : JsonNode.Parse(answer, documentOptions: Strict) ?? throw new OddAnswerException();

    /// <exception cref="OddAnswerException">It is no text.</exception>
    public static string Text(this JsonNode? answer, string name) => answer.TextOrNull(name) ?? throw new OddAnswerException();

    /// <summary>A text that may be missing, or null.</summary>
    /// <exception cref="OddAnswerException">It is something else.</exception>
    public static string? TextOrNull(this JsonNode? answer, string name) => answer.Member(name) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw new OddAnswerException(),
    };

    /// <summary>A number, a time, or a yes or no.</summary>
    /// <exception cref="OddAnswerException">It is none of this kind.</exception>
    public static T Value<T>(this JsonNode? answer, string name)
        where T : struct => answer.ValueOrNull<T>(name) ?? throw new OddAnswerException();

    /// <summary>The same, which may be missing, or null.</summary>
    /// <exception cref="OddAnswerException">It is something else.</exception>
    public static T? ValueOrNull<T>(this JsonNode? answer, string name)
        where T : struct => answer.Member(name) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<T>(out var read) => read,
        _ => throw new OddAnswerException(),
    };

    /// <exception cref="OddAnswerException">It is no list.</exception>
    public static JsonArray List(this JsonNode? answer, string name) => answer.Member(name) as JsonArray ?? throw new OddAnswerException();

    /// <summary>The texts of a list.</summary>
    /// <exception cref="OddAnswerException">It is no list, or not of texts alone.</exception>
    public static IReadOnlyList<string> Texts(this JsonNode? answer, string name) =>
        [.. answer.List(name).Select(static one => one is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new OddAnswerException())];

    /// <summary>A member, whatever it is; null where it is missing, or null.</summary>
    /// <exception cref="OddAnswerException">The answer has no members at all.</exception>
    public static JsonNode? Member(this JsonNode? answer, string name) => answer is JsonObject of ? of[name] : throw new OddAnswerException();
}
