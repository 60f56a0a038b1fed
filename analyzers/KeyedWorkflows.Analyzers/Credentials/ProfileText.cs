using KeyedWorkflows.Generators.Parsing;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>Tells names of profiles from what may be a key in the place of one: that is never repeated, and KW2001's to report.</summary>
internal static class ProfileText
{
    /// <summary>No key of a provider is shorter.</summary>
    private const int ShortestKey = 20;

    private static readonly string[] KeyMarks = ["sk-", "sk_", "gsk_", "xai-", "hf_", "pplx-", "r8_", "nvapi-", "csk-", "tgp_", "lsv2_", "pcsk_", "dapi", "wandb_", "aizasy", "aq.", "bedrock-api-key-", "absk", "fw_", "api_org_"];

    /// <summary>Whether a text follows the grammar of profiles' names, and is no key as far as that can be told.</summary>
    public static bool IsName(string text) => Names.IsProfileName(text) && !MayBeKey(text);

    /// <summary>Whether a text may be a key: what is long and no name, random, or begins as keys do.</summary>
    public static bool MayBeKey(string text)
    {
        if (text.Length < ShortestKey)
            return false;
        if (!Names.IsProfileName(text) || !ReferenceEquals(KeyText.Without(text), text))
            return true;
        foreach (var mark in KeyMarks)
        {
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            if ((at == 0 || (at > 0 && text[at - 1] is '_' or '.' or '-')) && text.Length - at >= ShortestKey && HasDigit(text, at + mark.Length))
                return true;
        }
        return false;
    }

    private static bool HasDigit(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] is >= '0' and <= '9')
                return true;
        }
        return false;
    }
}
