using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>
/// Finds any six neighbouring characters of the random part of any canary: as they are, escaped for JSON (once and twice), for addresses and for pages, in base64 wherever they lie in what was encoded, and in hexadecimal.
/// Upper and lower case are the same, and the bytes of a text in UTF-16 are found too.
/// </summary>
internal sealed class CanarySearch
{
    public const int Window = 6;

    private readonly Dictionary<string, (Canary Canary, string Form)> pieces = new(StringComparer.OrdinalIgnoreCase);
    private readonly SearchValues<string> values;

    public CanarySearch(params IEnumerable<Canary> canaries)
    {
        foreach (var canary in canaries)
        {
            for (var start = 0; start + Window <= canary.Random.Length; start++)
            {
                foreach (var (form, piece) in FormsOf(canary.Random.Substring(start, Window)))
                    pieces.TryAdd(piece, (canary, form));
            }
        }
        values = SearchValues.Create([.. pieces.Keys], StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>Whose key, in which form, and what stands before it; null where there is none.</returns>
    public string? In(string text)
    {
        if (text.Contains('\0'))
            return InOne(text) ?? InOne(text.Replace("\0", "", StringComparison.Ordinal));
        return InOne(text);
    }

    private string? InOne(string text)
    {
        var at = text.AsSpan().IndexOfAny(values);
        if (at < 0)
            return null;
        var (_, (canary, form)) = pieces.First(piece => text.AsSpan(at).StartsWith(piece.Key, StringComparison.OrdinalIgnoreCase));
        return $"{canary.Name}, {form}, behind '{text[Math.Max(0, at - 60)..at].ReplaceLineEndings(" ")}'";
    }

    /// <summary>All ways in which a text is looked for.</summary>
    public static IEnumerable<(string Form, string Piece)> FormsOf(string text)
    {
        yield return ("as it is", text);
        yield return ("JSON", JavaScriptEncoder.Default.Encode(text));
        yield return ("JSON, relaxed", JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text));
        yield return ("JSON in JSON", JavaScriptEncoder.Default.Encode(JavaScriptEncoder.Default.Encode(text)));
        yield return ("percent", Uri.EscapeDataString(text));
        yield return ("percent, as a form", WebUtility.UrlEncode(text));
        yield return ("HTML", WebUtility.HtmlEncode(text));
        var bytes = Encoding.ASCII.GetBytes(text);
        yield return ("hexadecimal", Convert.ToHexString(bytes));
        yield return ("hexadecimal with dashes", BitConverter.ToString(bytes));
        for (var lead = 0; lead <= 2; lead++)
        {
            // Of the digits, those that the text alone decides.
            byte[] shifted = [.. new byte[lead], .. bytes];
            var digits = Convert.ToBase64String(shifted)[(((lead * 8) + 5) / 6)..(shifted.Length * 8 / 6)];
            yield return ($"base64 from {lead}", digits);
            yield return ($"base64 for addresses from {lead}", digits.Replace('+', '-').Replace('/', '_'));
        }
    }
}
