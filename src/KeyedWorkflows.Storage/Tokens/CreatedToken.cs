namespace KeyedWorkflows.Storage;

/// <summary>A token at the one moment at which it can be read.</summary>
/// <param name="Token">What it may do.</param>
/// <param name="Value">The token: <c>app-</c> and 43 characters. What is stored is its hash.</param>
/// <param name="CallbackSecret">What callbacks of its runs are signed with: <c>whsec_</c> and the key as base64.</param>
public sealed record CreatedToken(AccessToken Token, Secret Value, Secret CallbackSecret);
