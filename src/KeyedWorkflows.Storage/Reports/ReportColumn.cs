using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>One column of a report: a name, and what each row says. Its texts depend on no culture: the same rows give the same bytes anywhere.</summary>
internal sealed record ReportColumn<TRow>(string Name, Func<TRow, object?> Of)
{
    public void Write(Utf8JsonWriter json, TRow row)
    {
        switch (Of(row))
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
                json.WriteString(Name, ReportText.Of(other));
                break;
        }
    }
}
