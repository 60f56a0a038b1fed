namespace KeyedWorkflows.Testing;

/// <summary>What the model server counted for one key, or for all of them.</summary>
/// <remarks>
/// An answer is counted just before its last bytes are sent: usage that a client has read is always in here. Answers that failed, or whose
/// connection ended before them, add no tokens.
/// </remarks>
/// <param name="Requests">Requests that arrived, whatever became of them.</param>
/// <param name="Refused">Requests that were turned away with 401 because the key was not accepted at that moment.</param>
/// <param name="Failed">Requests with an accepted key that ended in an error, a fault that was asked for, or a lost connection.</param>
/// <param name="PromptTokens">Tokens of requests that were answered.</param>
/// <param name="CachedTokens">The part of <paramref name="PromptTokens"/> that was reported as cached.</param>
/// <param name="CompletionTokens">Tokens of the answers.</param>
public readonly record struct ModelServerUsage(long Requests, long Refused, long Failed, long PromptTokens, long CachedTokens, long CompletionTokens)
{
    /// <summary>Prompt and completion tokens.</summary>
    public long TotalTokens => PromptTokens + CompletionTokens;

    internal ModelServerUsage Plus(ModelServerUsage other) => new(
        Requests + other.Requests, Refused + other.Refused, Failed + other.Failed,
        PromptTokens + other.PromptTokens, CachedTokens + other.CachedTokens, CompletionTokens + other.CompletionTokens);
}
