namespace KeyedWorkflows;

/// <summary>What model calls used, as the provider reported it.</summary>
/// <param name="Calls">Requests that reached a provider.</param>
/// <param name="InputTokens">Tokens sent.</param>
/// <param name="OutputTokens">Tokens received.</param>
/// <param name="CachedInputTokens">Of the tokens sent, those that the provider had cached.</param>
/// <param name="ReasoningTokens">Of the tokens received, those spent on reasoning.</param>
public readonly record struct RunUsage(int Calls, long InputTokens, long OutputTokens, long CachedInputTokens = 0, long ReasoningTokens = 0)
{
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
