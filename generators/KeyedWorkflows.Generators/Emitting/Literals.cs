using System.Globalization;
using System.Text;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Texts as C# writes them.</summary>
internal static class Literals
{
    /// <summary>A string literal, on one line whatever the text holds.</summary>
    public static string Of(string? text)
    {
        if (text is null)
            return "null";
        var literal = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '"':
                    literal.Append("\\\"");
                    break;
                case '\\':
                    literal.Append("\\\\");
                    break;
                case '\n':
                    literal.Append("\\n");
                    break;
                case '\r':
                    literal.Append("\\r");
                    break;
                case '\t':
                    literal.Append("\\t");
                    break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                        literal.Append(c).Append(text[++i]);
                    else if (IsPlain(c))
                        literal.Append(c);
                    else
                        literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
            }
        }
        return literal.Append('"').ToString();
    }

    public static string Of(bool value) => value ? "true" : "false";

    /// <summary>A text for an XML comment.</summary>
    public static string Xml(string text)
    {
        var xml = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            switch (c)
            {
                case '&':
                    xml.Append("&amp;");
                    break;
                case '<':
                    xml.Append("&lt;");
                    break;
                case '>':
                    xml.Append("&gt;");
                    break;
                default:
                    xml.Append(IsPlain(c) ? c : ' ');
                    break;
            }
        }
        return xml.ToString();
    }

    /// <summary>Seen as it is by a reader: no control or formatting character, half of a pair, or end of line.</summary>
    private static bool IsPlain(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
