namespace KeyedWorkflows;

/// <summary>Tells the product's own tokens, which operators handle beside clients' keys, from keys of providers: one that was taken for a key would be sent to a provider.</summary>
internal static class OwnTokens
{
    /// <summary>Says what was given in the place of a provider's key.</summary>
    /// <returns>A sentence that repeats nothing of it; null where it may be a key.</returns>
    public static string? Fault(Secret key)
    {
        if (!key.IsUsable)
            return null;
        var text = key.Reveal();
        return IsToken(text, "app-") ? Sentence("a token of runs (app-…)")
            : IsToken(text, "adm-") ? Sentence("a token of administration (adm-…)")
            : text.Length >= "whsec_".Length + 32 && text.StartsWith("whsec_", StringComparison.OrdinalIgnoreCase) ? Sentence("a callback secret (whsec_…)")
            : null;
    }

    /// <summary>Of ours, 43 characters follow; other products have prefixes like these, and other lengths. A callback secret is of 24 bytes or more, as base64.</summary>
    private static bool IsToken(string text, string prefix) => text.Length == prefix.Length + 43 && text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static string Sentence(string what) => $"What was given is {what}, and no key of a provider: give the key that the client has from its provider. It is not repeated here, and was neither stored nor sent.";
}
