using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>How reports are written, as JSON and as CSV.</summary>
internal static class ReportText
{
    public static string Of(object? value) => value switch
    {
        null => "",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IReadOnlyList<string> list => string.Join("; ", list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    public static void WriteRows<TRow>(Utf8JsonWriter json, string name, IReadOnlyList<ReportColumn<TRow>> columns, IReadOnlyList<TRow> rows)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            foreach (var column in columns)
                column.Write(json, row);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static string Json(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            write(json);
        return Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    /// <summary>CSV after RFC 4180.</summary>
    public static string Csv<TRow>(IReadOnlyList<ReportColumn<TRow>> columns, IReadOnlyList<TRow> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(static column => column.Name)).Append("\r\n");
        foreach (var row in rows)
            text.AppendJoin(',', columns.Select(column => CsvText.Cell(Of(column.Of(row))))).Append("\r\n");
        return text.ToString();
    }
}
