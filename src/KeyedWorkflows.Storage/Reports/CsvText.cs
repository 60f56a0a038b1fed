using System.Buffers;

namespace KeyedWorkflows.Storage;

/// <summary>Cells of CSV.</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(",;\t\"\r\n");

    /// <summary>
    /// A cell: quoted where it must be, and marked as text where a spreadsheet would take it for a formula. A number below zero is marked, too: to a spreadsheet it begins as a formula does. Characters that show nothing
    /// themselves, but for those of lines and tabs, are dots: a file that is shown on a terminal must not move its cursor, nor show its cells in another order.
    /// </summary>
    public static string Cell(string text)
    {
        if (text.Any(IsHidden))
            text = string.Create(text.Length, text, static (clean, text) =>
            {
                for (var i = 0; i < clean.Length; i++)
                    clean[i] = IsHidden(text[i]) ? '·' : text[i];
            });
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..])
            text = "'" + text;

        // Where somebody's spreadsheet separates cells by something else, a part of a cell is none of its own.
        return text.AsSpan().IndexOfAny(Separators) >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static bool IsHidden(char c) => c is not ('\t' or '\r' or '\n') && HiddenCharacters.IsOne(c);
}
