namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>Reads what the names of variables, properties, parameters, settings, headers, methods and types say of a value.</summary>
internal static class TellingNames
{
    /// <summary>Names are short; what is longer is a text.</summary>
    private const int LongestName = 80;

    private static readonly HashSet<string> Providers = new(StringComparer.Ordinal)
    {
        "openai", "anthropic", "claude", "gemini", "groq", "xai", "grok", "huggingface", "openrouter", "perplexity", "replicate", "nvidia", "cerebras", "togetherai", "fireworks", "fireworksai", "bedrock", "langsmith", "langfuse",
        "pinecone", "databricks", "elevenlabs", "wandb", "deepseek", "stability", "stabilityai", "mistral", "mistralai", "cohere", "voyage", "voyageai", "zhipu", "zhipuai", "zai", "bigmodel", "glm", "ollama", "dify", "moonshot", "kimi",
        "qwen", "dashscope", "tavily", "jina", "llm", "gpt", "chatgpt", "azureopenai", "chatclient", "embeddingclient", "responsesclient", "modelclient",
    };

    /// <summary>Words that say it alone.</summary>
    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "secret", "secrets", "password", "passwords", "passwd", "pwd", "passphrase", "passcode", "credential", "credentials", "bearer", "token", "tokens", "pat", "authorization", "apikey", "apikeys", "apitoken", "authtoken", "accesstoken",
        "accesskey", "secretkey", "apisecret", "clientsecret", "appkey", "authkey", "subscriptionkey", "accountkey", "sharedaccesskey",
    };

    /// <summary>Words that say it before <c>key</c>.</summary>
    private static readonly HashSet<string> BeforeKey = new(StringComparer.Ordinal)
    {
        "api", "access", "secret", "private", "account", "subscription", "service", "auth", "authorization", "signing", "encryption", "master", "admin", "client", "app", "application", "model", "provider", "ai", "storage", "shared",
        "license", "security", "function", "functions", "host", "webhook", "ingestion", "project", "server", "live", "production", "prod", "inference", "chat", "completion", "completions", "embedding", "embeddings", "fallback", "billing",
        "tenant", "customer", "upstream", "azure", "google", "aws", "vendor", "default", "x",
    };

    /// <summary>Words of what is no key, whatever else the name says: it describes a key, is made from one, or is made up.</summary>
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "hash", "hashes", "hashed", "sha", "sha1", "sha256", "sha384", "sha512", "md5", "checksum", "crc", "crc32", "digest", "etag", "fingerprint", "thumbprint", "integrity", "signature", "sri", "guid", "uuid", "ulid", "id", "ids", "identifier",
        "public", "commit", "revision", "version", "nonce", "cursor", "continuation", "cancellation", "page", "pagination", "next", "csrf", "xsrf", "antiforgery", "idempotency", "correlation", "trace",
        "file", "filename", "path", "url", "uri", "name", "names", "header", "headers", "prefix", "suffix", "pattern", "regex", "format", "template", "placeholder", "mask", "masked", "redacted", "hint",
        "message", "description", "title", "label", "type", "kind", "schema", "field", "column", "property", "variable", "env", "setting", "section", "alias", "reference", "locator", "ciphertext", "encrypted", "protected", "cipher",
        "vector", "plaintext", "alphabet", "charset", "chars", "characters", "image", "icon", "png", "snapshot", "fake", "dummy", "mock", "stub", "example", "invalid", "bogus", "wrong", "certificate", "cert", "salt", "syntax",
        "sync", "delta", "watermark", "html", "css", "arn", "xml", "json", "comment", "fixture",
    };

    /// <summary>Words that say before <c>key</c> that it is one of data.</summary>
    private static readonly HashSet<string> BeforeOtherKey = new(StringComparer.Ordinal)
    {
        "primary", "foreign", "partition", "row", "sort", "route", "routing", "cache", "registry", "lookup", "composite", "natural", "surrogate", "index", "dictionary", "resource", "shard", "object", "map",
    };

    /// <summary>Words that say before <c>token</c> where to go on, what has changed, or to whom a message goes.</summary>
    private static readonly HashSet<string> BeforeOtherToken = new(StringComparer.Ordinal) { "resume", "skip", "change", "concurrency", "forgery", "device", "push", "lock" };

    /// <summary>Words of what makes a hash or the like of what it is given.</summary>
    private static readonly HashSet<string> Makers = new(StringComparer.Ordinal) { "hash", "hashed", "sha", "sha1", "sha256", "sha384", "sha512", "md5", "hmac", "checksum", "digest", "crc32", "fingerprint", "encrypt", "sign" };

    /// <summary>Whose <c>Key</c> is a key, beside the providers.</summary>
    private static readonly HashSet<string> Owners = new(StringComparer.Ordinal) { "jwt", "auth", "authentication", "signing", "encryption", "apikeys", "ai", "smtp" };

    private static readonly string[] Ends = ["apikey", "secretkey", "accesskey", "authkey", "privatekey", "token", "password", "passwd", "secret", "bearer"];

    /// <summary>What a name says.</summary>
    /// <param name="name">An identifier, or a short text that is used as a name: <c>openAiKey</c>, <c>X-Api-Key</c>, <c>OpenAI:ApiKey</c>.</param>
    /// <param name="isCalled">It is the name of a method or type that is given the value: a provider's name is enough.</param>
    public static Telling Of(string name, bool isCalled = false)
    {
        if (name.Length is 0 or > LongestName)
            return Telling.Nothing;
        var words = Words(name);
        var saysKey = false;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            var isKey = word is "key" or "keys";
            if (Others.Contains(word) || (isKey && i > 0 && BeforeOtherKey.Contains(words[i - 1])) || (word is "token" or "tokens" && i > 0 && BeforeOtherToken.Contains(words[i - 1])))
                return Telling.Other;
            saysKey |= Keys.Contains(word)
                || EndsAsKey(word)
                || (isKey && i > 0 && IsBeforeKey(words, i))
                || (isKey && i + 1 < words.Count && words[i + 1] == "for")
                || (isCalled && IsProvider(words, i));
        }
        return saysKey ? Telling.Key : Telling.Nothing;
    }

    /// <summary>Whether a name is <c>key</c>, which says it together with the name of a provider around it.</summary>
    public static bool IsKey(string name) => name.Length <= 8 && Words(name) is ["key" or "keys"];

    /// <summary>Whether what is called so makes something else of a key: what comes out of it is none.</summary>
    public static bool IsMaker(string name) => name.Length <= LongestName && Words(name).Exists(Makers.Contains);

    /// <summary>Whether a name says no more than that it is a token.</summary>
    public static bool IsToken(string name)
    {
        if (name.Length > LongestName)
            return false;
        var words = Words(name);
        return words.RemoveAll(static word => word is "token" or "tokens") > 0 && !words.Exists(word => Keys.Contains(word) || BeforeKey.Contains(word) || EndsAsKey(word));
    }

    /// <summary>Whether a name is one of a provider, or of something else that has a key.</summary>
    public static bool HasProvider(string name)
    {
        if (name.Length > LongestName)
            return false;
        var words = Words(name);
        for (var i = 0; i < words.Count; i++)
        {
            if (IsProvider(words, i) || Owners.Contains(words[i]))
                return true;
        }
        return false;
    }

    private static bool IsBeforeKey(List<string> words, int key)
    {
        if (BeforeKey.Contains(words[key - 1]))
            return true;
        for (var i = 0; i < key; i++)
        {
            if (IsProvider(words, i))
                return true;
        }
        return false;
    }

    private static bool IsProvider(List<string> words, int at) => Providers.Contains(words[at]) || (at + 1 < words.Count && Providers.Contains(words[at] + words[at + 1]));

    /// <summary>Words that are written as one: <c>openaikey</c>, <c>myapikey</c>.</summary>
    private static bool EndsAsKey(string word)
    {
        foreach (var end in Ends)
        {
            if (word.Length > end.Length && word.EndsWith(end, StringComparison.Ordinal))
                return true;
        }
        return word.Length > 3 && word.EndsWith("key", StringComparison.Ordinal) && Providers.Contains(word.Substring(0, word.Length - 3));
    }

    /// <summary>The words of a name in lower case: at changes of case, and at what is neither letter nor digit.</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var isEnd = i == name.Length || !char.IsLetterOrDigit(name[i]);
            if (!isEnd && (i == start || !IsBegin(name, i)))
                continue;
            if (i > start)
                words.Add(name.Substring(start, i - start).ToLowerInvariant());
            start = isEnd ? i + 1 : i;
        }
        return words;
    }

    /// <summary>A capital after a small letter or digit, or before a small letter: <c>api|Key</c>, <c>API|Key</c>.</summary>
    private static bool IsBegin(string name, int at) =>
        char.IsUpper(name[at]) && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])));
}
