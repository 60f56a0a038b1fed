namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>The addresses at which models answer. What else a provider offers, such as files, has no client here, and is not meant.</summary>
internal static class ModelAddresses
{
    private static readonly string[] Hosts =
    [
        "api.openai.com", "openai.azure.com", "services.ai.azure.com", "api.anthropic.com", "openrouter.ai", "generativelanguage.googleapis.com", "api.mistral.ai", "api.groq.com", "api.cohere.com", "api.deepseek.com",
        "api.together.xyz", "api.fireworks.ai", "api.perplexity.ai", "api.x.ai", "amazonaws.com",
    ];

    private static readonly string[] Paths = ["/chat/completions", "/v1/completions", "/v1/messages", "/v1/responses", "/embeddings", "generateContent", "/converse", "/v2/chat", "/invoke"];

    /// <summary>Whether an address is one at which a model answers.</summary>
    public static bool Contains(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            return false;
        foreach (var host in Hosts)
        {
            if (!uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase) && !uri.Host.EndsWith("." + host, StringComparison.OrdinalIgnoreCase))
                continue;
            if (host == "amazonaws.com" && !uri.Host.StartsWith("bedrock-runtime", StringComparison.OrdinalIgnoreCase))
                return false;
            foreach (var path in Paths)
            {
                if (uri.AbsolutePath.IndexOf(path, StringComparison.OrdinalIgnoreCase) >= 0)
                    return true;
            }
        }
        return false;
    }
}
