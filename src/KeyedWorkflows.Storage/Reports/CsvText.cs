namespace KeyedWorkflows.Storage;

/// <summary>Cells of CSV.</summary>
internal static class CsvText
{
    /// <summary>
    /// A cell: quoted where it must be, and marked as text where a spreadsheet would take it for a formula. A number below zero is marked, too: to a spreadsheet it begins as a formula does. Controls, but for those of lines and tabs, are dots: a file that is
    /// shown on a terminal must not move its cursor.
    /// </summary>
    public static string Cell(string text)
    {
        if (text.Any(IsControl))
            text = string.Create(text.Length, text, static (clean, text) =>
            {
                for (var i = 0; i < clean.Length; i++)
                    clean[i] = IsControl(text[i]) ? '·' : text[i];
            });
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
            text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\t' or '\r' or '\n');
}
