namespace KeyedWorkflows.Testing;

/// <summary>The tokens that one answer reports, and that are counted for its key.</summary>
/// <param name="Prompt">Tokens of the request, cached ones included.</param>
/// <param name="Completion">Tokens of the answer, reasoning included.</param>
/// <param name="Cached">The part of <paramref name="Prompt"/> that came from the provider's cache.</param>
/// <param name="Reasoning">The part of <paramref name="Completion"/> that was reasoning.</param>
public readonly record struct ModelTokens(int Prompt, int Completion, int Cached = 0, int Reasoning = 0);
