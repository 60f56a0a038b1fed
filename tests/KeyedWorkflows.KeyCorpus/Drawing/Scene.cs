using System.Globalization;
using System.Text.RegularExpressions;

namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>The names and values of one case: fills the <c>$tokens$</c> of a form. A token keeps its value within a case.</summary>
internal sealed partial class Scene(Draw draw, KeyFormat? format, string form)
{
    public const char Open = '«';
    public const char Close = '»';

    /// <summary>Stands for a dollar of a value until the tokens are filled.</summary>
    private const char Dollar = '¤';

    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);

    public Draw Draw { get; } = draw;

    public KeyFormat? Format { get; } = format;

    /// <summary>What stands for <c>$key$</c>: the expression of the key. Without it, a literal in one of its spellings.</summary>
    public Func<string, string>? Literal { get; init; }

    /// <summary>The name of the values that only look like a key.</summary>
    public string Lookalike { get; init; } = "";

    /// <summary>The key itself, or what looks like one.</summary>
    private string Value => known.TryGetValue("raw value", out var value) ? value : known["raw value"] = NewValue();

    private string NewValue()
    {
        if (Format is not null)
            return Format.Make(Draw);
        for (var tries = 0; ; tries++)
        {
            var value = Lookalikes.Of(Lookalike, Draw);
            // What would end the text around it is said otherwise there.
            var fits = !(form.Contains("<configuration", StringComparison.Ordinal) && value.Contains('<', StringComparison.Ordinal)) && !(form.Contains("$\"", StringComparison.Ordinal) && value.Contains('{', StringComparison.Ordinal));
            if (fits || tries > 100)
                return value.Replace('$', Dollar);
        }
    }

    public string Fill(string form)
    {
        for (var depth = 0; depth < 4 && form.Contains('$', StringComparison.Ordinal); depth++)
        {
            var next = Token().Replace(form, match => Get(match.Groups[1].Value));
            if (next == form)
                break;
            form = next;
        }
        return form;
    }

    /// <summary>The places between the marks; marks are taken out.</summary>
    public static string Unmark(string text, out List<int> lines)
    {
        lines = [];
        var line = 1;
        var inside = false;
        var plain = new System.Text.StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is Open or Close)
            {
                inside = c == Open;
                if (!lines.Contains(line))
                    lines.Add(line);
                continue;
            }
            if (inside && !lines.Contains(line))
                lines.Add(line);
            if (c == '\n')
                line++;
            plain.Append(c == Dollar ? '$' : c);
        }
        return plain.ToString();
    }

    public static string Mark(string text) => Open + text + Close;

    private string Get(string token)
    {
        if (known.TryGetValue(token, out var value))
            return value;
        value = Make(token);
        known[token] = value;
        return value;
    }

    private string Make(string token) => token switch
    {
        "key" => Mark(Lookalike == "empty" ? Draw.Of("\"\"", "string.Empty", "\" \"", "@\"\"", "\"\" + \"\"") : Literal is null ? Quote(Value) : Literal(Value)),
        "key2" => Quote(NewValue()),
        "p1" or "p2" or "p3" => Pieces()[token[1] - '1'],
        "raw" => Mark(Value),
        "Prov" => Format?.Provider is { Length: > 0 } provider ? provider : Draw.Of("OpenAI", "Anthropic", "Mistral", "Cohere"),
        "prov" => Get("Prov").ToLowerInvariant(),
        "Name" => TellingName(),
        "name" => Casing.Camel(Get("Name")),
        "_name" => Draw.Of("_", "_", "") + Get("name"),
        "NAME" => Casing.UpperSnake(Get("Name")),
        "snake" => Casing.Snake(Get("Name")),
        "kebab" => Casing.Kebab(Get("Name")),
        "V" => Draw.Of(Words.Neutral),
        "v" => Casing.Camel(Get("V")),
        "Cls" or "Cls2" or "Cls3" => Distinct(() => Draw.Of(Words.Nouns) + Draw.Of(Words.Roles)),
        "Opt" => Distinct(() => Draw.Of(Words.Nouns) + Draw.Of("Options", "Settings", "Config")),
        "M" or "M2" or "M3" => Distinct(() => Draw.Of(Words.Verbs) + Draw.Of(Words.Nouns)),
        "m" => Casing.Camel(Get("M")),
        "W" or "W2" or "W3" => Distinct(() => Draw.Of(Words.Nouns)),
        "w" or "w2" or "w3" => Casing.Camel(Get(token.ToUpperInvariant())),
        "model" => Draw.Of(Words.Models),
        "host" => Draw.Of(Words.Hosts),
        "env" => Draw.Of(Words.Variables),
        "cfg" => Draw.Of(Words.Sections),
        "ns" => Draw.Of(Words.Companies) + "." + Draw.Of(Words.Areas),
        "company" => Draw.Of(Words.Companies).ToLowerInvariant(),
        "s" or "s2" => Words.Sentence(Draw),
        "n" or "n2" or "n3" => Draw.Between(2, 90).ToString(CultureInfo.InvariantCulture),
        "acc" => Draw.Of("public", "private", "internal", "private", "protected"),
        "vis" => Draw.Of("public", "internal"),
        "sealed" => Draw.Of("", "sealed ", "sealed "),
        "var" => Draw.Of("var", "string", "var"),
        "ro" => Draw.Of("readonly ", ""),
        "headername" => Draw.Of("X-Api-Key", "api-key", "x-goog-api-key", "X-Auth-Token", "X-RapidAPI-Key", "Authorization", "X-Functions-Key", "Ocp-Apim-Subscription-Key"),
        "guid" => Draw.Guid(),
        "guidN" => Draw.Guid("N"),
        "guidB" => Draw.Guid("B"),
        "d" => Draw.Between(1, 4).ToString(CultureInfo.InvariantCulture),
        "sro" => Draw.Of("static readonly ", "static ", "readonly "),
        _ => Characters(token),
    };

    /// <summary>Tokens such as <c>hex32</c>; the letter at the end makes another of the same length.</summary>
    private string Characters(string token)
    {
        var match = Sized().Match(token);
        if (!match.Success)
            throw new InvalidOperationException($"No token {token}.");
        var size = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        return match.Groups[1].Value switch
        {
            "hex" => Draw.Hex(size),
            "HEX" => Draw.Hex(size).ToUpperInvariant(),
            "b64of" => Draw.Base64(size),
            "alnum" => Draw.Text(Draw.Alphanumeric, size),
            "word" => Draw.Text(Draw.Word, size),
            _ => Draw.Text(Draw.Digits, size),
        };
    }

    /// <summary>The key in two or three pieces, often cut after its prefix.</summary>
    private string[] Pieces()
    {
        var value = Value;
        var prefix = value.IndexOfAny(['-', '_']) + 1;
        var first = prefix is > 1 and < 12 && Draw.Chance(40) ? prefix : Draw.Between(2, value.Length * 2 / 3);
        var second = form.Contains("$p3$", StringComparison.Ordinal) ? Draw.Between(first + 1, value.Length - 2) : value.Length;
        known["p1"] = value[..first];
        known["p2"] = value[first..second];
        known["p3"] = value[second..];
        return [known["p1"], known["p2"], known["p3"]];
    }

    private string TellingName()
    {
        var pool = Format is null ? (Draw.Chance(50) ? Words.Secrets : Words.Keys) : KeyFormats.Passwords.Contains(Format) ? Words.Passwords : Format.Provider.Length == 0 ? Words.Secrets : Words.Keys;
        return Draw.Of(pool).Replace("{P}", Get("Prov"), StringComparison.Ordinal);
    }

    private string Distinct(Func<string> make)
    {
        for (var tries = 0; ; tries++)
        {
            var name = make();
            if (!known.ContainsValue(name) || tries > 50)
                return tries > 50 ? name + tries.ToString(CultureInfo.InvariantCulture) : name;
        }
    }

    /// <summary>Most literals are plain; some are verbatim or raw.</summary>
    private string Quote(string value) => Draw.Next(20) switch
    {
        0 => "@\"" + value + "\"",
        1 => "\"\"\"" + value + "\"\"\"",
        _ => "\"" + value + "\"",
    };

    [GeneratedRegex(@"\$([_A-Za-z][A-Za-z0-9]*)\$")]
    private static partial Regex Token();

    [GeneratedRegex("^(hex|HEX|b64of|alnum|word|digits)([0-9]+)[a-z]?$")]
    private static partial Regex Sized();
}
