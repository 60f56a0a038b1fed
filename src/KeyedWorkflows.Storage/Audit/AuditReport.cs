using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>Entries of the audit as an auditor takes them along.</summary>
public sealed class AuditReport
{
    private static readonly Column[] Columns =
    [
        new("number", static entry => entry.Number),
        new("at", static entry => entry.At),
        new("actor_kind", static entry => entry.Actor.Kind),
        new("actor", static entry => entry.Actor.Name),
        new("actor_id", static entry => entry.Actor.Id),
        new("address", static entry => entry.Actor.Address),
        new("action", static entry => entry.Action),
        new("outcome", static entry => entry.Outcome),
        new("count", static entry => entry.Count),
        new("since", static entry => entry.Since),
        new("subject_kind", static entry => entry.SubjectKind),
        new("subject_id", static entry => entry.SubjectId),
        new("subject", static entry => entry.SubjectName),
        new("tenants", static entry => entry.Tenants),
        new("changes", static entry => entry.Changes),
        new("mac", static entry => entry.Mac),
    ];

    internal AuditReport(AuditQuery query, IReadOnlyList<AuditEntry> entries)
    {
        Query = query;
        Entries = entries;
    }

    /// <summary>What was asked for.</summary>
    public AuditQuery Query { get; }

    /// <summary>The entries, in their order.</summary>
    public IReadOnlyList<AuditEntry> Entries { get; }

    /// <summary>The report as JSON: <c>{"tenant","from","to","entries":[…]}</c>.</summary>
    /// <param name="json">Where to.</param>
    public void WriteTo(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("tenant"u8, Query.Tenant);
        json.WriteString("from"u8, Query.From is { } from ? Text(from) : null);
        json.WriteString("to"u8, Query.To is { } to ? Text(to) : null);
        json.WriteStartArray("entries"u8);
        foreach (var entry in Entries)
        {
            json.WriteStartObject();
            foreach (var column in Columns)
                column.Write(json, entry);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The report as JSON.</summary>
    /// <returns>The text.</returns>
    public string ToJson()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            WriteTo(json);
        return Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    /// <summary>The report as CSV after RFC 4180, with a line of names. A cell that a spreadsheet would take for a formula begins with an apostrophe; lists are divided by <c>; </c>.</summary>
    /// <returns>The text.</returns>
    public string ToCsv()
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(static column => column.Name)).Append("\r\n");
        foreach (var entry in Entries)
            text.AppendJoin(',', Columns.Select(column => CsvText.Cell(Text(column.Of(entry))))).Append("\r\n");
        return text.ToString();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IReadOnlyList<string> list => string.Join("; ", list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private sealed record Column(string Name, Func<AuditEntry, object?> Of)
    {
        public void Write(Utf8JsonWriter json, AuditEntry entry)
        {
            switch (Of(entry))
            {
                case null:
                    json.WriteNull(Name);
                    break;
                case long number:
                    json.WriteNumber(Name, number);
                    break;
                case IReadOnlyList<string> list:
                    json.WriteStartArray(Name);
                    foreach (var one in list)
                        json.WriteStringValue(one);
                    json.WriteEndArray();
                    break;
                case var other:
                    json.WriteString(Name, Text(other));
                    break;
            }
        }
    }
}
