using System.Text;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>A file of CSV after RFC 4180: a line of names, and rows of as many cells. Cells may be quoted, and hold line breaks.</summary>
internal sealed record CsvFile(IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>What is added where a column is not found, and the first line looks as spreadsheets of some languages write it; else nothing.</summary>
    public string SeparatorHint => Columns.Any(static name => name.Contains(';', StringComparison.Ordinal)) ? " Its first line holds semicolons: columns are separated by commas." : "";

    /// <exception cref="CommandFault">It is malformed. The message says where, and nothing of what stands there.</exception>
    public static CsvFile Parse(string text)
    {
        var rows = new List<string[]>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        var (line, at) = (1, text is ['\uFEFF', ..] ? 1 : 0);
        var isQuoted = false;
        while (at < text.Length)
        {
            var begun = line;
            isQuoted = text[at] == '"';
            if (isQuoted)
                at = ReadQuoted(text, at + 1, cell, ref line);
            else
            {
                while (at < text.Length && text[at] is not (',' or '\r' or '\n'))
                    cell.Append(text[at++]);
            }
            cells.Add(cell.ToString());
            cell.Clear();
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at == text.Length)
                    cells.Add("");
                continue;
            }
            if (at < text.Length && text[at] is not ('\r' or '\n'))
                throw CommandFault.Usage($"Line {begun} of the CSV has something behind a quoted cell.");
            if (at + 1 < text.Length && text[at] == '\r' && text[at + 1] == '\n')
                at++;
            at++;
            line++;
            Take(rows, cells, isQuoted, line - 1);
        }
        if (cells.Count > 0)
            Take(rows, cells, isQuoted, line);
        if (rows.Count == 0)
            throw CommandFault.Usage("The CSV is empty: its first line names the columns.");
        var columns = rows[0];
        if (columns.Any(string.IsNullOrWhiteSpace) || columns.Distinct(StringComparer.Ordinal).Count() != columns.Length)
            throw CommandFault.Usage("The first line of the CSV names a column twice, or not at all.");
        return new CsvFile(columns, rows[1..]);
    }

    private static int ReadQuoted(string text, int at, StringBuilder cell, ref int line)
    {
        var begun = line;
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == '\n')
                line++;
            if (c != '"')
                cell.Append(c);
            else if (at < text.Length && text[at] == '"')
                cell.Append(text[at++]);
            else
                return at;
        }
        throw CommandFault.Usage($"A quoted cell that begins in line {begun} of the CSV does not end.");
    }

    private static void Take(List<string[]> rows, List<string> cells, bool isQuoted, int line)
    {
        if (cells is [""] && !isQuoted)
        {
            // An empty line. One with an empty cell in quotation marks is a row.
            cells.Clear();
            return;
        }
        if (rows.Count > 0 && cells.Count != rows[0].Length)
            throw CommandFault.Usage($"The row that ends in line {line} of the CSV has {cells.Count} cells, and the first line names {rows[0].Length} columns.");
        rows.Add([.. cells]);
        cells.Clear();
    }
}
