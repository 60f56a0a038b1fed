using System.Globalization;

namespace KeyedWorkflows.Testing;

/// <summary>A string of the format, pattern and length that a schema asks for.</summary>
internal static class StringSampler
{
    private static readonly DateTime s_start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static string Sample(SchemaView view, int variant)
    {
        var least = view.Count("minLength") ?? 0;
        var most = view.Count("maxLength") ?? int.MaxValue;
        if (least > most)
            throw new UnsatisfiableSchemaException($"no text is at least {least} and at most {most} characters long.");
        if (view.Text("pattern") is { } pattern)
            return PatternSampler.Sample(pattern, least, most, variant);
        if (view.Text("format") is { } format && OfFormat(format, variant) is { } formatted)
            return formatted;
        if (FromHints(view, least, most, variant) is { } hinted)
            return hinted;
        if (view.Text("contentEncoding") == "base64")
            return "dGV4dA==";

        var text = variant == 0 ? "text" : string.Create(CultureInfo.InvariantCulture, $"text{variant + 1}");
        if (text.Length > most)
            text = text[^most..];
        return text.PadRight(least, 'x');
    }

    private static string? FromHints(SchemaView view, int least, int most, int variant)
    {
        try
        {
            if (view.Hint("pattern") is { } pattern)
                return PatternSampler.Sample(pattern, least, most, variant);
        }
        catch (UnsatisfiableSchemaException)
        {
            // Words of the author, not a pattern that was moved here.
        }

        return view.Hint("format") switch
        {
            null => null,
            // TimeOnly reads no offset, which the format itself asks for.
            "time" => s_start.AddSeconds(variant).ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            var format => OfFormat(format, variant),
        };
    }

    private static string? OfFormat(string format, int variant) => format switch
    {
        "date-time" => s_start.AddSeconds(variant).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        "date" => s_start.AddDays(variant).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "time" => s_start.AddSeconds(variant).ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        "duration" => string.Create(CultureInfo.InvariantCulture, $"PT{variant + 1}H"),
        "uuid" => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{variant + 1:x12}"),
        "email" or "idn-email" => string.Create(CultureInfo.InvariantCulture, $"user{variant + 1}@example.com"),
        "hostname" or "idn-hostname" => string.Create(CultureInfo.InvariantCulture, $"host{variant + 1}.example.com"),
        "uri" or "iri" or "uri-reference" or "iri-reference" => string.Create(CultureInfo.InvariantCulture, $"https://example.com/{variant + 1}"),
        "ipv4" => string.Create(CultureInfo.InvariantCulture, $"192.0.2.{variant % 254 + 1}"),
        "ipv6" => string.Create(CultureInfo.InvariantCulture, $"2001:db8::{variant % 0xffff + 1:x}"),
        "byte" => "dGV4dA==",
        "json-pointer" => string.Create(CultureInfo.InvariantCulture, $"/{variant + 1}"),
        _ => null,
    };
}
