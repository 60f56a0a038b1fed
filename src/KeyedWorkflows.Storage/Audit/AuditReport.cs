using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>Entries of the audit as an auditor takes them along.</summary>
public sealed class AuditReport
{
    private static readonly ReportColumn<AuditEntry>[] Columns =
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
        json.WriteString("from"u8, Query.From is { } from ? ReportText.Of(from) : null);
        json.WriteString("to"u8, Query.To is { } to ? ReportText.Of(to) : null);
        ReportText.WriteRows(json, "entries", Columns, Entries);
        json.WriteEndObject();
    }

    /// <summary>The report as JSON.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => ReportText.Json(WriteTo);

    /// <summary>The report as CSV after RFC 4180, with a line of names. A cell that a spreadsheet would take for a formula begins with an apostrophe; lists are divided by <c>; </c>.</summary>
    /// <returns>The text.</returns>
    public string ToCsv() => ReportText.Csv(Columns, Entries);
}
