namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Tells by its name what holds a key: <c>ApiKey</c>, <c>OpenAIKey</c>, <c>AccessToken</c>; not <c>PrimaryKey</c>, <c>Keyword</c>, <c>MaxTokens</c> or <c>ApiKeyName</c>. What is not certain is no key.</summary>
internal static class KeyNames
{
    private static readonly HashSet<string> Whole = new(StringComparer.OrdinalIgnoreCase) { "apikey", "secretkey", "accesstoken", "authtoken", "bearertoken", "apitoken", "apisecret", "clientsecret", "subscriptionkey" };

    /// <summary>What makes a key of a word before <c>Key</c>.</summary>
    private static readonly HashSet<string> BeforeKey = new(StringComparer.OrdinalIgnoreCase)
    {
        "api", "secret", "subscription", "openai", "anthropic", "claude", "gemini", "mistral", "groq", "cohere", "deepseek", "openrouter", "huggingface", "perplexity", "xai", "llm", "gpt", "ai", "signing",
    };

    private static readonly HashSet<string> BeforeToken = new(StringComparer.OrdinalIgnoreCase) { "access", "auth", "bearer", "api", "refresh" };

    private static readonly HashSet<string> BeforeSecret = new(StringComparer.OrdinalIgnoreCase) { "client", "api", "app", "shared", "webhook", "signing" };

    /// <summary>What is made of a key and shows none, or was never one to hide.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "hashed", "hash", "masked", "redacted", "encrypted", "protected", "public", "publishable", "no", "has", "is", "missing", "invalid", "fake", "dummy", "example",
    };

    /// <summary>Whether a name says that what it names is a key.</summary>
    public static bool Says(string name)
    {
        // Most names end otherwise.
        var end = name.Length;
        while (end > 0 && (name[end - 1] is '_' or (>= '0' and <= '9')))
            end--;
        if (!EndsWith(name, end, "key") && !EndsWith(name, end, "token") && !EndsWith(name, end, "secret"))
            return false;
        var words = Words(name, end);
        if (words.Count == 0)
            return false;
        foreach (var word in words)
        {
            if (Harmless.Contains(word))
                return false;
        }
        var last = words[words.Count - 1];
        if (Whole.Contains(last))
            return true;
        var before = words.Count > 1 ? words[words.Count - 2] : "";
        return last.ToUpperInvariant() switch
        {
            "KEY" => BeforeKey.Contains(before) || IsAccessKey(words),
            "TOKEN" => BeforeToken.Contains(before),
            "SECRET" => BeforeSecret.Contains(before),
            _ => false,
        };
    }

    private static bool IsAccessKey(List<string> words) =>
        words.Count > 1 && words[words.Count - 2].Equals("access", StringComparison.OrdinalIgnoreCase);

    private static bool EndsWith(string name, int end, string word) => end >= word.Length && string.Compare(name, end - word.Length, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary><c>modelApiKey</c>, <c>OpenAIKey</c>, <c>API_KEY</c>: a word begins at each capital after a small letter, at the last of several capitals, and after what is no letter.</summary>
    private static List<string> Words(string name, int end)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= end; i++)
        {
            var isEnd = i == end || !char.IsLetter(name[i]);
            var isStart = !isEnd && i > start && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < end && char.IsLower(name[i + 1])));
            if (!isEnd && !isStart)
                continue;
            if (i > start)
                words.Add(name.Substring(start, i - start));
            start = isEnd ? i + 1 : i;
        }
        return words;
    }
}
