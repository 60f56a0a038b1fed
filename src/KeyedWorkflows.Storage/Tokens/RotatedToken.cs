namespace KeyedWorkflows.Storage;

/// <summary>A token that was given another value, at the one moment at which that can be read.</summary>
/// <param name="Token">What it may do.</param>
/// <param name="Value">The new value: <c>app-</c> and 43 characters. What is stored is its hash.</param>
public sealed record RotatedToken(AccessToken Token, Secret Value);
