using System.Buffers;

namespace KeyedWorkflows;

/// <summary>What every stored profile must fulfil, wherever it comes from. Faults name a field, never what stands in it.</summary>
internal static class ProfileRules
{
    private static readonly SearchValues<char> HeaderNameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Headers that belong to the connection or to other requests: a profile that set them could break into another tenant's.</summary>
    private static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Content-Type", "Cookie", "Host", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context",
    };

    public static string? FirstFault(StoredProfile profile)
    {
        if (!ProfileNames.IsValid(profile.Name))
            return "its Name does not match [a-z0-9][a-z0-9_.-]{0,63}, or is a key.";
        if (!ProfileNames.IsValidId(profile.Id))
            return "its Id is not 1 to 64 letters, digits, '-', '_', '.' and ':', or is a key.";
        if (profile.Tenant is not null && !ProfileNames.IsValid(profile.Tenant))
            return "its Tenant does not match [a-z0-9][a-z0-9_.-]{0,63}, or is a key.";
        if (!ProfileNames.IsValid(profile.Provider))
            return "its Provider does not match [a-z0-9][a-z0-9_.-]{0,63}, or is a key.";
        if (profile.ApiKey is { IsUsable: false })
            return "its ApiKey was read back from JSON, which never holds the key.";
        if (profile.Endpoint is not null && EndpointRules.Fault(profile.Endpoint, EndpointOrigin.Operator) is { } endpoint)
            return "its Endpoint " + endpoint;
        if (!IsPrintable(profile.Organization))
            return "its Organization holds characters outside '!' to '~'.";
        if (!IsPrintable(profile.Project))
            return "its Project holds characters outside '!' to '~'.";
        foreach (var (name, value) in profile.Headers)
        {
            if (!IsHeaderName(name))
                return "one of its Headers has a malformed or reserved name.";
            if (value is not { IsUsable: true })
                return "one of its Headers has no usable value.";
        }
        if (profile.ConcurrentRuns is <= 0)
            return "its ConcurrentRuns is not above 0. Leave it out for no limit; to stop all runs, disable it.";
        if (profile.Limits?.FirstFault is { } limits)
            return $"its Limits: {limits}";
        return IsModelName(profile.Model) && IsModelName(profile.EmbeddingModel) && profile.Models.All(entry => IsModelName(entry.Key) && IsModelName(entry.Value))
            ? null
            : "its Model, EmbeddingModel or Models holds a name that is empty, longer than 256 characters, or has control characters in it.";
    }

    private static readonly string[] KeyWords = ["key", "token", "auth", "secret"];

    /// <summary>Asked of what is given anew: one that has such a text already must still be disabled and mended.</summary>
    public static string? FirstShownKey(StoredProfile profile)
    {
        if (ShownTexts(profile).Any(KeyFormats.LooksLikeKey))
            return "its Organization, Project, Endpoint, Model, EmbeddingModel, or an entry of Models, Labels or of the names of Headers is a key. These are shown, to callers too: a key belongs into ApiKey, or into the value of a header.";
        return ShownOwnKey(profile);
    }

    /// <summary>A key of no known form is known by being the profile's own. Some providers take it in a header; what other headers hold may be words, which stand elsewhere too.</summary>
    public static string? ShownOwnKey(StoredProfile profile)
    {
        var keys = new SecretScrubber([profile.ApiKey, .. profile.Headers.Where(static header => IsForKeys(header.Key)).Select(static header => header.Value)]);
        return ShownTexts(profile).Append(profile.Name).Append(profile.Tenant ?? "").Any(keys.IsIn) ? "its key stands in another field too. All others are shown, to callers too." : null;

        static bool IsForKeys(string header) => KeyWords.Any(word => header.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What is not kept as a secret, and stands in answers, exports and usage.</summary>
    private static IEnumerable<string> ShownTexts(StoredProfile profile)
    {
        string?[] single = [profile.Organization, profile.Project, profile.Model, profile.EmbeddingModel, profile.Endpoint is null ? null : Uri.UnescapeDataString(profile.Endpoint.OriginalString)];
        return single.OfType<string>().Concat(profile.Headers.Keys).Concat(profile.Models.SelectMany(static entry => new[] { entry.Key, entry.Value })).Concat(profile.Labels.SelectMany(static entry => new[] { entry.Key, entry.Value }));
    }

    public static bool IsHeaderName(string name) => name.Length is > 0 and <= 128 && !name.AsSpan().ContainsAnyExcept(HeaderNameCharacters) && !ReservedHeaders.Contains(name);

    public static bool IsPrintable(string? text) => text is null || (text.Length is > 0 and <= 256 && !text.AsSpan().ContainsAnyExceptInRange('!', '~'));

    public static bool IsModelName(string? text) => text is null || (text.Length is > 0 and <= 256 && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl));
}
