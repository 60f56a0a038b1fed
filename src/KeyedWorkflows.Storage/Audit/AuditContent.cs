using System.Globalization;
using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>
/// An entry's text, as its code confirms it: to the last byte, so that a version that writes more fields still confirms what earlier ones wrote. The columns beside it only find the entry, and must say the same.
/// </summary>
internal static class AuditContent
{
    private const int Version = 1;

    public static byte[] Write(long number, DateTimeOffset at, string keyMark, AuditDraft draft)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteNumber("number", number);
            json.WriteString("at", Text(at));
            json.WriteString("key_mark", keyMark);
            json.WriteString("actor_kind", draft.Actor.Kind);
            json.WriteString("actor_name", draft.Actor.Name);
            json.WriteString("actor_id", draft.Actor.Id);
            json.WriteString("address", draft.Actor.Address);
            json.WriteString("action", draft.Action);
            json.WriteString("outcome", draft.Outcome);
            json.WriteNumber("count", draft.Count);
            json.WriteString("since", draft.Since is { } since ? Text(since) : null);
            json.WriteString("subject_kind", draft.SubjectKind);
            json.WriteString("subject_id", AuditText.OfOptional(draft.SubjectId));
            json.WriteString("subject_name", AuditText.OfOptional(draft.SubjectName));
            WriteList(json, "tenants", draft.Tenants.Order(StringComparer.Ordinal));
            WriteList(json, "changes", draft.Changes);
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    /// <summary>Reads an entry.</summary>
    /// <returns>Null where the text is none that this version, or an earlier one, wrote.</returns>
    public static AuditEntry? Read(AuditEntryRow row, out string keyMark)
    {
        keyMark = "";
        try
        {
            using var document = JsonDocument.Parse(row.Content);
            var json = document.RootElement;
            keyMark = Required("key_mark");
            return new AuditEntry
            {
                Number = json.GetProperty("number").GetInt64(),
                At = Time(Required("at")),
                Actor = AuditActor.Read(Required("actor_kind"), Required("actor_name"), Optional("actor_id"), Optional("address")),
                Action = Required("action"),
                Outcome = Required("outcome"),
                Count = json.GetProperty("count").GetInt64(),
                Since = Optional("since") is { } since ? Time(since) : null,
                SubjectKind = Required("subject_kind"),
                SubjectId = Optional("subject_id"),
                SubjectName = Optional("subject_name"),
                Tenants = List("tenants"),
                Changes = List("changes"),
                Mac = Convert.ToHexStringLower(row.Mac),
            };

            string Required(string name) => Optional(name) ?? throw new FormatException();
            string? Optional(string name) => json.GetProperty(name).GetString();
            string[] List(string name) => [.. json.GetProperty(name).EnumerateArray().Select(static one => one.GetString() ?? throw new FormatException())];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether the columns say what the entry says: one that is found by something else would be missed where it is looked for.</summary>
    public static bool Agrees(AuditEntryRow row, AuditEntry entry, IEnumerable<string> tenants) =>
        row.Number == entry.Number && row.At == entry.At.UtcTicks && row.ActorId == entry.Actor.Id && row.ActorName == entry.Actor.Name && row.SubjectId == entry.SubjectId
        && entry.Tenants.SequenceEqual(tenants.Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> entries)
    {
        json.WriteStartArray(name);
        foreach (var entry in entries)
            json.WriteStringValue(entry);
        json.WriteEndArray();
    }
}
