using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace KeyedWorkflows.Testing;

/// <summary>
/// What a <see cref="ModelServer"/> answers to some requests. Rules are asked in the order in which they were added; the first that matches
/// and still has an answer wins. A rule without an answer matches nothing. Safe for many requests at once; say <see cref="Times"/>,
/// <see cref="ForKey"/> and <see cref="HoldUntil"/> before the answer where requests are already coming in.
/// </summary>
public sealed class ModelRule
{
    private readonly Func<ModelRequest, bool> _matches;
    private volatile Func<ModelRequest, ModelAnswer?>? _answer;
    private volatile Shape? _shape;
    private volatile string? _key;
    private int _left = int.MaxValue;
    private int _calls;

    internal ModelRule(Func<ModelRequest, bool> matches) => _matches = matches;

    /// <summary>How values are written as JSON: as the workflow reads them, where the rule is for one.</summary>
    internal JsonSerializerOptions? Json { get; init; }

    /// <summary>How many requests the rule has answered.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Narrows the rule to the requests of one key.</summary>
    /// <param name="key">The key.</param>
    public ModelRule ForKey(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        _key = key;
        return this;
    }

    /// <summary>Ends the rule after so many answers from now on; later requests go on to the next rule.</summary>
    /// <param name="count">The number of answers, at least 1.</param>
    public ModelRule Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Volatile.Write(ref _left, count);
        return this;
    }

    /// <summary>Holds every answer of the rule back until the gate opens.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="afterChunks">How many pieces of a stream are sent before; 0 holds the whole answer.</param>
    public ModelRule HoldUntil(ModelServerGate gate, int afterChunks = 0)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentOutOfRangeException.ThrowIfNegative(afterChunks);
        _shape = new Shape(gate, afterChunks, _shape?.Delay ?? default);
        return this;
    }

    /// <summary>Delays every answer of the rule, by the server's <see cref="ModelServerOptions.TimeProvider"/>.</summary>
    /// <param name="delay">How long.</param>
    public ModelRule Delay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _shape = new Shape(_shape?.Gate, _shape?.AfterChunks ?? 0, delay);
        return this;
    }

    /// <summary>Answers with this; a string is a text, a <see cref="ModelServerFault"/> a failure.</summary>
    /// <param name="answer">The answer.</param>
    public ModelRule Answer(ModelAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answer = request => answer.Fits(request.Operation) ? answer : null;
        return this;
    }

    /// <summary>Answers with what the function makes of the request. It is called for many requests at once.</summary>
    /// <param name="answer">The function; what it throws becomes a 500.</param>
    public ModelRule Answer(Func<ModelRequest, ModelAnswer> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answer = request => answer(request) is { } made && made.Fits(request.Operation) ? made : null;
        return this;
    }

    /// <summary>Answers with JSON text.</summary>
    /// <param name="json">The JSON, sent as it is.</param>
    public ModelRule AnswerJson(string json) => Answer(ModelAnswer.Text(json));

    /// <summary>Answers with JSON.</summary>
    /// <param name="json">The JSON.</param>
    public ModelRule AnswerJson(JsonNode json) => Answer(ModelAnswer.Json(json));

    /// <summary>Answers with JSON, serialized with generated metadata.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">Its metadata.</param>
    public ModelRule AnswerJson<T>(T value, JsonTypeInfo<T> typeInfo) => Answer(ModelAnswer.Json(value, typeInfo));

    /// <summary>Answers with JSON, serialized by reflection: for the step of a test host as its workflow reads it, else with the defaults for the web (camel case).</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value; an anonymous object will do.</param>
    [RequiresUnreferencedCode(ModelAnswer.Reflection)]
    [RequiresDynamicCode(ModelAnswer.Reflection)]
    public ModelRule AnswerJson<T>(T value) => Answer(ModelAnswer.Text(JsonSerializer.Serialize(value, Json ?? JsonSerializerOptions.Web)));

    /// <summary>Answers by calling a tool.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments as JSON text, sent as it is.</param>
    public ModelRule CallTool(string name, string arguments = "{}") => Answer(ModelAnswer.CallTool(name, arguments));

    /// <summary>Answers by calling a tool, its arguments serialized by reflection with the names as they are written.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments; an anonymous object will do.</param>
    [RequiresUnreferencedCode(ModelAnswer.Reflection)]
    [RequiresDynamicCode(ModelAnswer.Reflection)]
    public ModelRule CallTool(string name, object arguments) => Answer(ModelAnswer.CallTool(name, arguments));

    /// <summary>Answers with text, in exactly these pieces where it is streamed.</summary>
    /// <param name="chunks">The pieces.</param>
    public ModelRule Stream(params string[] chunks) => Answer(ModelAnswer.Stream(chunks));

    /// <summary>Answers with a refusal.</summary>
    /// <param name="text">What the model says.</param>
    public ModelRule Refuse(string text) => Answer(ModelAnswer.Refuse(text));

    /// <summary>Fails.</summary>
    /// <param name="fault">How.</param>
    public ModelRule Fail(ModelServerFault fault) => Answer(ModelAnswer.Fail(fault));

    /// <summary>Answers in this order, each once; after the last, requests go on to the next rule.</summary>
    /// <param name="answers">The answers; a string is a text, a <see cref="ModelServerFault"/> a failure.</param>
    public ModelRule Script(params ModelAnswer[] answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var script = new AnswerScript(answers);
        _answer = script.Next;
        return this;
    }

    /// <summary>
    /// Asks a real OpenAI-compatible endpoint and answers with what it says; with <see cref="ModelServer.RecordTo"/> that makes a recording.
    /// This is the only thing by which the server reaches out. The request's own key is not sent on.
    /// </summary>
    /// <param name="endpoint">The endpoint, up to and including <c>/v1</c>.</param>
    /// <param name="key">The key for it. It is kept out of answers and recordings.</param>
    /// <param name="client">The client to use; it is not disposed. Null: one of its own.</param>
    public ModelRule ForwardTo(Uri endpoint, string key, HttpClient? client = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return Answer(ModelAnswer.Forward(new UpstreamModel(endpoint, key, client ?? new HttpClient())));
    }

    internal ModelRule AnswerFrom(Func<ModelRequest, ModelAnswer?> answer)
    {
        _answer = answer;
        return this;
    }

    /// <summary>The rule's answer to a request; null where it does not match, or is used up.</summary>
    internal ModelAnswer? TryAnswer(ModelRequest request)
    {
        if (_answer is not { } answer || Volatile.Read(ref _left) <= 0)
            return null;
        if ((_key is { } key && key != request.Key) || !_matches(request) || !Take())
            return null;
        if (answer(request) is not { } given)
        {
            GiveBack();
            return null;
        }

        Interlocked.Increment(ref _calls);
        return _shape is { } shape ? shape.Apply(given) : given;
    }

    private bool Take()
    {
        while (true)
        {
            var left = Volatile.Read(ref _left);
            if (left == int.MaxValue)
                return true;
            if (left <= 0)
                return false;
            if (Interlocked.CompareExchange(ref _left, left - 1, left) == left)
                return true;
        }
    }

    private void GiveBack()
    {
        if (Volatile.Read(ref _left) != int.MaxValue)
            Interlocked.Increment(ref _left);
    }

    private sealed record Shape(ModelServerGate? Gate, int AfterChunks, TimeSpan Delay)
    {
        public ModelAnswer Apply(ModelAnswer answer) => answer with
        {
            Gate = answer.Gate ?? Gate,
            GateAfterChunks = answer.Gate is null ? AfterChunks : answer.GateAfterChunks,
            Delay = answer.Delay == default ? Delay : answer.Delay,
        };
    }
}
