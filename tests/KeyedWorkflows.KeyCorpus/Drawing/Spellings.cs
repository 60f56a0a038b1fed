using System.Globalization;
using System.Text;

namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>The literals that C# knows for the same text.</summary>
internal static class Spellings
{
    public static Func<string, string>? Of(string name, Draw draw) => name switch
    {
        "" => null,
        "utf8" => value => draw.Next(8) == 0 ? "\"\"\"" + value + "\"\"\"u8" : "\"" + value + "\"u8",
        "raw" => value => draw.Chance(20) ? "\"\"\"\"" + value + "\"\"\"\"" : "\"\"\"" + value + "\"\"\"",
        "verbatim" => value => "@\"" + value + "\"",
        "escapes" => value => "\"" + Escape(value, draw) + "\"",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No spelling of that name."),
    };

    private static string Escape(string value, Draw draw)
    {
        var style = draw.Next(4);
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            var code = (int)value[i];
            // The first character always, the others now and then: what a scanner of text looks for is broken.
            if (i == 0 || (style == 3 && draw.Chance(15)) || (style < 3 && i < 3 && draw.Chance(30)))
            {
                text.Append(style switch
                {
                    1 => "\\U" + code.ToString("X8", CultureInfo.InvariantCulture),
                    2 => "\\x" + code.ToString("x4", CultureInfo.InvariantCulture),
                    _ => "\\u" + code.ToString("x4", CultureInfo.InvariantCulture),
                });
            }
            else
            {
                text.Append(value[i]);
            }
        }
        return text.ToString();
    }
}
