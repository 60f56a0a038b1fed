using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace KeyedWorkflows.Testing;

/// <summary>
/// One answer of a <see cref="ModelServer"/>. It fits streamed and unstreamed requests alike: the server writes the shape that was asked for.
/// Immutable; a string or a <see cref="ModelServerFault"/> converts to one.
/// </summary>
public sealed record ModelAnswer
{
    private string[]? _pieces;

    private ModelAnswer()
    {
    }

    /// <summary>The text of the answer; null where it has none.</summary>
    public string? Content { get; internal init; }

    /// <summary>The tool calls that the answer asks for.</summary>
    public IReadOnlyList<ModelToolCall> ToolCalls { get; internal init; } = [];

    /// <summary>The refusal that stands in place of an answer.</summary>
    public string? Refusal { get; internal init; }

    /// <summary>
    /// <c>stop</c>, <c>length</c>, <c>tool_calls</c>, <c>content_filter</c>; null: <c>tool_calls</c> where there are some, else <c>stop</c>.
    /// </summary>
    public string? FinishReason { get; init; }

    /// <summary>The tokens to report and count; null: counted by <see cref="ModelServer.CountTokens"/>.</summary>
    public ModelTokens? Tokens { get; init; }

    /// <summary>The model that the answer names; null: the one that was asked for.</summary>
    public string? Model { get; init; }

    /// <summary>A wait before the answer begins, by the server's <see cref="ModelServerOptions.TimeProvider"/>.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Holds the answer back until it is opened.</summary>
    public ModelServerGate? Gate { get; init; }

    /// <summary>How many pieces of a stream are sent before <see cref="Gate"/> holds the rest; 0 holds the whole answer.</summary>
    public int GateAfterChunks { get; init; }

    internal float[]? Vector { get; init; }

    internal IReadOnlyList<float[]>? Vectors { get; init; }

    internal ModelServerFault? Fault { get; init; }

    internal UpstreamModel? Upstream { get; init; }

    /// <summary>The pieces in which a stream sends the text: as given, or word by word.</summary>
    internal string[] Pieces => _pieces ??= Words(Content);

    /// <summary>An answer of text; a stream sends it word by word.</summary>
    /// <param name="text">The text.</param>
    public static ModelAnswer Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ModelAnswer { Content = text };
    }

    /// <summary>An answer of text, in exactly these pieces where it is streamed.</summary>
    /// <param name="chunks">The pieces.</param>
    public static ModelAnswer Stream(params string[] chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return new ModelAnswer { Content = string.Concat(chunks), _pieces = [.. chunks] };
    }

    /// <summary>An answer of JSON.</summary>
    /// <param name="json">The JSON.</param>
    public static ModelAnswer Json(JsonNode json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Text(json.ToJsonString());
    }

    /// <summary>An answer of JSON, serialized with generated metadata (fit for trimming and AOT).</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">Its metadata.</param>
    public static ModelAnswer Json<T>(T value, JsonTypeInfo<T> typeInfo) => Text(JsonSerializer.Serialize(value, typeInfo));

    /// <summary>An answer of JSON, serialized by reflection with the defaults for the web (camel case).</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value; an anonymous object will do.</param>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public static ModelAnswer Json<T>(T value) => Text(JsonSerializer.Serialize(value, JsonSerializerOptions.Web));

    /// <summary>An answer that calls a tool.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments as JSON text, sent as it is.</param>
    public static ModelAnswer CallTool(string name, string arguments = "{}") => CallTools(new ModelToolCall(name, arguments));

    /// <summary>An answer that calls a tool.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments.</param>
    public static ModelAnswer CallTool(string name, JsonObject arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return CallTool(name, arguments.ToJsonString());
    }

    /// <summary>An answer that calls a tool, its arguments serialized by reflection with the names as they are written.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments; an anonymous object will do.</param>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public static ModelAnswer CallTool(string name, object arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return CallTool(name, JsonSerializer.Serialize(arguments, arguments.GetType()));
    }

    /// <summary>An answer that calls several tools at once.</summary>
    /// <param name="calls">The calls.</param>
    public static ModelAnswer CallTools(params ModelToolCall[] calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        return new ModelAnswer { ToolCalls = [.. calls] };
    }

    /// <summary>A refusal (OpenAI's <c>refusal</c> field), not a failure.</summary>
    /// <param name="text">What the model says.</param>
    public static ModelAnswer Refuse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ModelAnswer { Refusal = text };
    }

    /// <summary>The vector for every input of an embeddings request. <c>dimensions</c> of the request is not applied to it.</summary>
    /// <param name="vector">The numbers.</param>
    public static ModelAnswer Embedding(params float[] vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return new ModelAnswer { Vector = [.. vector] };
    }

    /// <summary>A failure.</summary>
    /// <param name="fault">Which one.</param>
    public static ModelAnswer Fail(ModelServerFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return new ModelAnswer { Fault = fault };
    }

    /// <summary>An answer of text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator ModelAnswer(string text) => Text(text);

    /// <summary>A failure.</summary>
    /// <param name="fault">Which one.</param>
    public static implicit operator ModelAnswer(ModelServerFault fault) => Fail(fault);

    /// <summary>The same answer with another text.</summary>
    internal ModelAnswer WithText(string text) => this with { Content = text, _pieces = null };

    /// <summary>The same answer, waiting as another would.</summary>
    internal ModelAnswer WaitingLike(ModelAnswer other) => this with { Delay = other.Delay, Gate = other.Gate, GateAfterChunks = other.GateAfterChunks };

    internal static ModelAnswer Forward(UpstreamModel upstream) => new() { Upstream = upstream };

    internal static ModelAnswer OfVectors(IReadOnlyList<float[]> vectors) => new() { Vectors = vectors };

    internal static ModelAnswer Of(string? content, IReadOnlyList<ModelToolCall> toolCalls, string? refusal) =>
        new() { Content = content, ToolCalls = toolCalls, Refusal = refusal };

    internal bool Fits(ModelOperation operation) => operation switch
    {
        _ when Fault is not null => true,
        ModelOperation.Chat => Vector is null && Vectors is null,
        ModelOperation.Embeddings => Vector is not null || Vectors is not null || Upstream is not null,
        _ => false,
    };

    internal const string Reflection = "Serializes by reflection. Under trimming or AOT give the JSON itself, or its JsonTypeInfo.";

    private static string[] Words(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        List<string> words = [];
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] != ' ' || text[i - 1] == ' ')
                continue;
            words.Add(text[start..i]);
            start = i;
        }

        words.Add(text[start..]);
        return [.. words];
    }
}
