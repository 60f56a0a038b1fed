namespace KeyedWorkflows.Testing;

/// <summary>What the model server counted for one key, or for all of them.</summary>
/// <remarks>
/// An answer is counted just before its last bytes are sent: usage that a client has read is always in here. Answers that failed, or whose
/// connection ended before them, add no tokens.
/// </remarks>
public readonly record struct ModelServerUsage
{
    internal ModelServerUsage(long requests, long refused, long failed, long promptTokens, long cachedTokens, long completionTokens)
    {
        Requests = requests;
        Refused = refused;
        Failed = failed;
        PromptTokens = promptTokens;
        CachedTokens = cachedTokens;
        CompletionTokens = completionTokens;
    }

    /// <summary>Requests that arrived, whatever became of them.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that were turned away with 401 because the key was not accepted at that moment.</summary>
    public long Refused { get; init; }

    /// <summary>Requests with an accepted key that ended in an error, a fault that was asked for, or a lost connection.</summary>
    public long Failed { get; init; }

    /// <summary>Tokens of requests that were answered.</summary>
    public long PromptTokens { get; init; }

    /// <summary>The part of <see cref="PromptTokens"/> that was reported as cached.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tokens of the answers.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>Prompt and completion tokens.</summary>
    public long TotalTokens => PromptTokens + CompletionTokens;

    internal ModelServerUsage Plus(ModelServerUsage other) => new(
        Requests + other.Requests, Refused + other.Refused, Failed + other.Failed,
        PromptTokens + other.PromptTokens, CachedTokens + other.CachedTokens, CompletionTokens + other.CompletionTokens);
}
