using System.Text;
using System.Text.Encodings.Web;

namespace KeyedWorkflows;

/// <summary>Removes the secrets of one credential, and of no other, from a text: as they are, escaped for JSON, percent-encoded, and in base64.</summary>
internal sealed class SecretScrubber(StoredProfile? profile, InlineCredential? inline)
{
    /// <summary>Shorter texts occur by chance, and a provider's key is never as short.</summary>
    private const int ShortestSecret = 4;

    private const string Mark = "(secret)";

    /// <summary>Removes the secrets.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same string where there is nothing to remove.</returns>
    public string Scrub(string text)
    {
        foreach (var secret in Secrets())
        {
            if (secret is not { IsUsable: true } || secret.Reveal() is not { Length: >= ShortestSecret } key)
                continue;
            foreach (var form in Forms(key))
                text = text.Replace(form, Mark, StringComparison.OrdinalIgnoreCase);
        }
        return text;
    }

    private IEnumerable<Secret?> Secrets()
    {
        yield return inline?.Key;
        yield return profile?.ApiKey;
        foreach (var header in profile?.Headers.Values ?? [])
            yield return header;
    }

    private static IEnumerable<string> Forms(string key)
    {
        yield return key;
        yield return JavaScriptEncoder.Default.Encode(key);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(key);
        yield return Uri.EscapeDataString(key);

        // Base64 of a text around the key depends on how the key lies to its groups of three bytes: the inner part of all three.
        var bytes = Encoding.ASCII.GetBytes(key);
        yield return Convert.ToBase64String(bytes).TrimEnd('=');
        for (var lead = 1; lead <= 2; lead++)
        {
            var shifted = new byte[lead + bytes.Length];
            bytes.CopyTo(shifted, lead);
            var form = Convert.ToBase64String(shifted).TrimEnd('=');
            yield return form[(lead + 1)..^1];
        }
    }
}
