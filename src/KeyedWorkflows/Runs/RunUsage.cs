namespace KeyedWorkflows;

/// <summary>What model calls used, as the provider reported it. A call whose provider reports nothing adds no tokens: some compatible endpoints do not, nor does a stream that is left before its end.</summary>
public readonly record struct RunUsage
{
    internal RunUsage(int calls, long inputTokens, long outputTokens, long cachedInputTokens = 0, long reasoningTokens = 0)
    {
        Calls = calls;
        InputTokens = inputTokens;
        OutputTokens = outputTokens;
        CachedInputTokens = cachedInputTokens;
        ReasoningTokens = reasoningTokens;
    }

    /// <summary>Requests that reached a provider.</summary>
    public int Calls { get; init; }

    /// <summary>Tokens sent.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens received.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Of the tokens sent, those that the provider had cached.</summary>
    public long CachedInputTokens { get; init; }

    /// <summary>Of the tokens received, those spent on reasoning.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>Tokens sent and received.</summary>
    public long TotalTokens => InputTokens + OutputTokens;

    /// <summary>Adds two usages.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static RunUsage operator +(RunUsage left, RunUsage right) => left.Add(right);

    /// <summary>Adds another usage.</summary>
    /// <param name="other">The other.</param>
    /// <returns>The sum.</returns>
    public RunUsage Add(RunUsage other) => new(
        Calls + other.Calls,
        InputTokens + other.InputTokens,
        OutputTokens + other.OutputTokens,
        CachedInputTokens + other.CachedInputTokens,
        ReasoningTokens + other.ReasoningTokens);
}
