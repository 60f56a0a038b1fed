using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace KeyedWorkflows;

/// <summary>Removes the secrets of one credential, or of one run, and of no other, from a text: as they are, escaped for JSON, percent-encoded, in base64 and in hexadecimal.</summary>
internal sealed class SecretScrubber(IEnumerable<Secret?> secrets)
{
    /// <summary>Shorter texts occur by chance, and a provider's key is never as short.</summary>
    private const int ShortestSecret = 4;

    /// <summary>What is shorter may be a word, as a header's value or the key of an endpoint that asks for none often is: it is taken out where it stands alone, and no error is rewritten for it.</summary>
    private const int ShortestKey = 12;

    private const string Mark = "(secret)";

    /// <summary>For the secrets of one credential.</summary>
    public SecretScrubber(StoredProfile? profile, InlineCredential? inline)
        : this(SecretsOf(profile, inline))
    {
    }

    /// <summary>For the secrets of all credentials of a run.</summary>
    public static SecretScrubber Of(RunBinding binding) => new(binding.Slots.SelectMany(static slot => SecretsOf(slot.Profile, slot.Inline)));

    /// <summary>Removes the secrets from an error that somebody else's code threw.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The same error where it holds none, so that whoever catches it finds its type; otherwise a <see cref="ScrubbedException"/>.</returns>
    public Exception Scrub(Exception error)
    {
        var text = ErrorText.Of(error);
        return text.Whole is { } whole && ReferenceEquals(Scrub(whole, ShortestKey), whole)
            ? error
            : new ScrubbedException(error.GetType(), Scrub(text.Message ?? ""), Scrub(text.Description ?? ""));
    }

    /// <summary>Whether a text holds one of the secrets: one that is no word, as the key of an endpoint that asks for none often is.</summary>
    public bool IsIn(string text) => !ReferenceEquals(Scrub(text, ShortestKey), text);

    /// <summary>Removes the secrets.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same string where there is nothing to remove.</returns>
    public string Scrub(string text) => Scrub(text, ShortestSecret);

    private string Scrub(string text, int shortest)
    {
        // What is to go is found before anything goes: one secret may be a piece of another, and would leave the rest of it.
        bool[]? hidden = null;
        foreach (var secret in secrets)
        {
            if (secret is not { IsUsable: true } || secret.Reveal() is not { } key || key.Length < shortest)
                continue;
            if (key.Length < ShortestKey)
            {
                HideWord(text, key, ref hidden);
                continue;
            }

            // Each form of a key is at least as long as the key.
            if (text.Length < key.Length)
                continue;
            Hide(text, key, ref hidden);
            foreach (var form in Forms(key))
            {
                // Most keys are letters and digits, which no escaping changes.
                if (form != key)
                    Hide(text, form, ref hidden);
            }
        }
        return hidden is null ? text : Shown(text, hidden);
    }

    private static void Hide(string text, string form, ref bool[]? hidden)
    {
        for (var at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(form, at + 1, StringComparison.OrdinalIgnoreCase))
            (hidden ??= new bool[text.Length]).AsSpan(at, form.Length).Fill(true);
    }

    private static void HideWord(string text, string word, ref bool[]? hidden)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var isAlone = (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + word.Length == text.Length || !char.IsLetterOrDigit(text[at + word.Length]));
            if (isAlone)
                (hidden ??= new bool[text.Length]).AsSpan(at, word.Length).Fill(true);
        }
    }

    private static string Shown(string text, bool[] hidden)
    {
        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!hidden[i])
                shown.Append(text[i]);
            else if (i == 0 || !hidden[i - 1])
                shown.Append(Mark);
        }
        return shown.ToString();
    }

    private static IEnumerable<Secret?> SecretsOf(StoredProfile? profile, InlineCredential? inline)
    {
        yield return inline?.Key;
        yield return profile?.ApiKey;
        foreach (var header in profile?.Headers.Values ?? [])
            yield return header;
    }

    private static IEnumerable<string> Forms(string key)
    {
        yield return JavaScriptEncoder.Default.Encode(key);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(key);
        yield return Uri.EscapeDataString(key);
        yield return WebUtility.UrlEncode(key);
        yield return Convert.ToHexString(Encoding.ASCII.GetBytes(key));

        // Base64 of a text around the key depends on how the key lies to its groups of three bytes: of all three ways, the digits that the key alone decides.
        for (var lead = 0; lead <= 2; lead++)
        {
            var bytes = new byte[lead + key.Length];
            Encoding.ASCII.GetBytes(key, bytes.AsSpan(lead));
            var digits = Convert.ToBase64String(bytes);
            var inner = digits[(((lead * 8) + 5) / 6)..(bytes.Length * 8 / 6)];
            yield return inner;
            yield return inner.Replace('+', '-').Replace('/', '_');
            if (lead == 0)
                yield return digits;
        }
    }
}
