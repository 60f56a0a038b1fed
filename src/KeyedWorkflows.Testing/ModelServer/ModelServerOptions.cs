namespace KeyedWorkflows.Testing;

/// <summary>How a <see cref="ModelServer"/> starts. Read once, when it starts.</summary>
public sealed class ModelServerOptions
{
    /// <summary>The keys that are accepted from the start. A server without keys refuses every request.</summary>
    public ICollection<string> Keys { get; } = [];

    /// <summary>The models that exist. Empty: any name exists. Otherwise another name is answered with 404, <c>model_not_found</c>.</summary>
    public ICollection<string> Models { get; } = [];

    /// <summary>Whether requests are kept in <see cref="ModelServer.Requests"/>. Switch it off for load tests. Default: true.</summary>
    public bool RecordRequests { get; set; } = true;

    /// <summary>How many requests are kept at most; beyond, the oldest are let go. Default: 10,000.</summary>
    public int MaxRecordedRequests { get; set; } = 10_000;

    /// <summary>
    /// Called with every request that was read, refused ones included, before it is answered. It runs on the request's thread, for many
    /// requests at once: it must be safe for that, and quick. An exception it throws becomes a 500.
    /// </summary>
    public Action<ModelRequest>? OnRequest { get; set; }

    /// <summary>
    /// Whether the 401 for a key that is not accepted repeats that key in whole, as some gateways do. Otherwise its first 8 and last 4
    /// characters, as OpenAI does. Default: false.
    /// </summary>
    public bool EchoRefusedKeys { get; set; }

    /// <summary>Numbers in an embedding where the request does not ask for <c>dimensions</c>. Default: 1536.</summary>
    public int EmbeddingDimensions { get; set; } = 1536;

    /// <summary>Where an endless answer ends after all, in bytes of text. Default: 64 MiB.</summary>
    public long EndlessAnswerBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>The largest request body in bytes; beyond, 413. Default: 64 MiB.</summary>
    public long MaxRequestBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>The clock of delays and of <c>created</c> in answers. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
