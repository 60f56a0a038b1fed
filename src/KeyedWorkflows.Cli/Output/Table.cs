using System.Globalization;
using Spectre.Console;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Rows for people: with borders on a terminal, else in columns of spaces that other programs can cut. Columns of numbers are set to the right.</summary>
internal sealed class Table(params string[] columns)
{
    /// <summary>Columns of what is typed or copied again: a line break in it would be taken for part of it.</summary>
    private static readonly string[] Whole = ["NAME", "KEY", "ID", "RUN", "TENANT", "PROFILE", "TOKEN", "WORKFLOW", "MODEL"];

    /// <summary>A column's borders and padding, and the border at the table's end.</summary>
    private const int ColumnFrame = 3;

    private readonly List<string[]> rows = [];

    public void Add(params ReadOnlySpan<string?> cells)
    {
        var row = new string[columns.Length];
        for (var i = 0; i < row.Length; i++)
            row[i] = i < cells.Length && cells[i] is { Length: > 0 } cell ? Printable.Of(cell) : "-";
        rows.Add(row);
    }

    public void WriteTo(Terminal terminal)
    {
        if (terminal.IsRich)
            WriteRich(terminal.Console);
        else
            WritePlain(terminal.Output);
    }

    private void WriteRich(IAnsiConsole console)
    {
        var table = new Spectre.Console.Table { Border = TableBorder.Rounded };
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn($"[bold]{Markup.Escape(columns[i])}[/]");
            column.NoWrap = IsWhole(i);
            table.AddColumn(IsNumeric(i) ? column.RightAligned() : column);
        }

        // Where the terminal is narrower than what must not be broken, its own line break is better than one in a name.
        console.Profile.Width = Math.Max(console.Profile.Width, columns.Select((_, i) => NarrowestOf(i) + ColumnFrame).Sum() + 1);
        foreach (var row in rows)
            table.AddRow(row.Select(static cell => new Text(cell)));
        console.Write(table);
    }

    private void WritePlain(TextWriter output)
    {
        var widths = columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max()).ToArray();
        var numeric = columns.Select((_, i) => IsNumeric(i)).ToArray();
        foreach (var row in rows.Prepend(columns))
            output.WriteLine(string.Join("  ", row.Select((cell, i) => numeric[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
    }

    private bool IsWhole(int column) => Whole.Contains(columns[column]) || IsNumeric(column);

    /// <summary>The longest cell, where cells are not broken; else the longest word.</summary>
    private int NarrowestOf(int column) => rows.Select(row => row[column]).Append(columns[column]).Max(cell => IsWhole(column) ? cell.Length : cell.Split(' ').Max(static word => word.Length));

    private bool IsNumeric(int column) => rows.Any(row => row[column] != "-") && rows.All(row => row[column] == "-" || decimal.TryParse(row[column], NumberStyles.Number, CultureInfo.InvariantCulture, out _));
}
