namespace KeyedWorkflows.Storage;

/// <summary>Cells of CSV.</summary>
internal static class CsvText
{
    /// <summary>A cell: quoted where it must be, and marked as text where a spreadsheet would take it for a formula. Numbers below zero are formulas to nobody, and there are none here.</summary>
    public static string Cell(string text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
            text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
