namespace KeyedWorkflows;

/// <summary>How the OpenAI family talks to its endpoints. Read once, when it is added.</summary>
public sealed class OpenAIOptions
{
    /// <summary>
    /// Where profiles and keys that name no endpoint send: a gateway that stands in for OpenAI, or a model server in tests. Absolute, https (or http where the operator's network is trusted), without user
    /// information, query or fragment. Null: <c>https://api.openai.com/v1</c>.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>What to add to the user agent, such as <c>Acme/2.1</c>: printable ASCII, at most 64 characters. The provider sees it with each call.</summary>
    public string? UserAgentSuffix { get; set; }
}
