using System.Text;
using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>
/// A request as the model server received it, key included: do not log it. Or one that a scripted model was asked: it has a <see cref="Site"/>, and neither key, headers nor body. Immutable, and
/// valid after the request has ended.
/// </summary>
public sealed class ModelRequest
{
    private readonly KeyValuePair<string, string>[] _headers;

    internal ModelRequest(long number, string key, string connectionId, string method, string path, KeyValuePair<string, string>[] headers, byte[] body)
    {
        Number = number;
        Key = key;
        ConnectionId = connectionId;
        Method = method;
        Path = path;
        _headers = headers;
        Body = body;
    }

    internal ModelRequest(long number, ModelOperation operation, string model, ModelCallSite? site)
        : this(number, "", "", "", "", [], [])
    {
        Operation = operation;
        Model = model;
        Site = site;
    }

    /// <summary>Where in a run the request was made; null at the model server, and for a scripted model outside of a run.</summary>
    public ModelCallSite? Site { get; }

    /// <summary>The step that made the request: the same as <see cref="Site"/> says.</summary>
    public string? Step => Site?.Step;

    /// <summary>The request's number on this server, from 1.</summary>
    public long Number { get; }

    /// <summary>The key as received, from <c>Authorization: Bearer</c> or Azure's <c>api-key</c>; empty where there was none.</summary>
    public string Key { get; }

    /// <summary>Whether the key was turned away.</summary>
    public bool Refused { get; internal set; }

    /// <summary>The TCP connection it came by.</summary>
    public string ConnectionId { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path without query, such as <c>/v1/chat/completions</c>.</summary>
    public string Path { get; }

    /// <summary>What is asked for.</summary>
    public ModelOperation Operation { get; internal init; }

    /// <summary>The model asked for; empty where there is none.</summary>
    public string Model { get; internal set; } = "";

    /// <summary>Whether the answer is to be streamed.</summary>
    public bool IsStreaming { get; internal set; }

    /// <summary>Whether the stream is to end with its usage (<c>stream_options.include_usage</c>).</summary>
    public bool IncludeUsage { get; internal set; }

    /// <summary>The messages of a chat request.</summary>
    public IReadOnlyList<ModelMessage> Messages { get; internal set; } = [];

    /// <summary>The texts to embed. Token lists are written as their numbers, joined by commas.</summary>
    public IReadOnlyList<string> Inputs { get; internal set; } = [];

    /// <summary>The names of the tools that are offered.</summary>
    public IReadOnlyList<string> Tools { get; internal set; } = [];

    /// <summary><c>text</c>, <c>json_object</c>, <c>json_schema</c>; null where the request does not say.</summary>
    public string? ResponseFormat { get; internal set; }

    /// <summary>The schema asked for by <c>response_format</c>; null where there is none.</summary>
    public JsonElement? ResponseSchema { get; internal set; }

    /// <summary>The <c>user</c> field.</summary>
    public string? User { get; internal set; }

    /// <summary>The <c>metadata</c> field; values that are not text are left out.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; internal set; } = EmptyMetadata;

    /// <summary>The header <c>x-test-run</c>, by which a test tells which of its runs sent the request; null where it is absent.</summary>
    public string? TestRun => Header(ModelServer.TestRunHeader);

    /// <summary>All headers, in the order sent. Those that were sent twice are joined by commas.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    /// <summary>The body's bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as JSON; <see cref="JsonValueKind.Undefined"/> where it is none.</summary>
    public JsonElement Json { get; internal set; }

    /// <summary>The text of the last message of role <c>user</c>; empty where there is none.</summary>
    public string LastUserMessage
    {
        get
        {
            for (var i = Messages.Count - 1; i >= 0; i--)
            {
                if (Messages[i].Role == "user")
                    return Messages[i].Text;
            }

            return "";
        }
    }

    /// <summary>The text of the first message of role <c>system</c> or <c>developer</c>; empty where there is none.</summary>
    public string SystemMessage => Messages.FirstOrDefault(static m => m.Role is "system" or "developer")?.Text ?? "";

    /// <summary>What <see cref="ModelServer.CountTokens"/> gives for all messages (text and tool calls), or for all inputs.</summary>
    public int PromptTokens { get; internal set; }

    /// <summary>Why the body cannot be answered; null where it can.</summary>
    internal string? Invalid { get; set; }

    internal int? Dimensions { get; set; }

    internal bool Base64 { get; set; }

    /// <summary>The tool that the request leaves no choice but to call, with the schema of its arguments.</summary>
    internal (string Name, JsonElement? Parameters)? ForcedTool { get; set; }

    /// <summary>Takes the messages up, and counts them.</summary>
    internal void Take(IReadOnlyList<ModelMessage> messages)
    {
        Messages = messages;
        PromptTokens = 0;
        foreach (var message in messages)
        {
            PromptTokens += ModelServer.CountTokens(message.Text);
            foreach (var call in message.ToolCalls)
                PromptTokens += ModelServer.CountTokens(call.Name) + ModelServer.CountTokens(call.Arguments);
        }
    }

    private static IReadOnlyDictionary<string, string> EmptyMetadata { get; } = new Dictionary<string, string>();

    /// <summary>One header's value; null where it is absent.</summary>
    /// <param name="name">Its name, in any case.</param>
    public string? Header(string name)
    {
        foreach (var (header, value) in _headers)
        {
            if (string.Equals(header, name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }

    /// <summary>Number, operation and model; neither the key nor the body.</summary>
    public override string ToString() => new StringBuilder("request ").Append(Number).Append(": ").Append(Operation).Append(' ').Append(Model).ToString();
}
