using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>What was used. The same query of days that are over gives the same bytes each time, as JSON and as CSV.</summary>
public sealed class UsageReport
{
    internal UsageReport(UsageQuery query, IReadOnlyList<UsageRow> rows)
    {
        Query = query;
        Rows = rows;
    }

    /// <summary>What was asked for.</summary>
    public UsageQuery Query { get; }

    /// <summary>The rows, ordered by what they are told by.</summary>
    public IReadOnlyList<UsageRow> Rows { get; }

    /// <summary>The report as JSON: <c>{"from","to","time_zone","rows":[…]}</c>. Prices are texts, so that no reader rounds them.</summary>
    /// <param name="json">Where to.</param>
    public void WriteTo(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("from"u8, ReportText.Of(Query.From));
        json.WriteString("to"u8, ReportText.Of(Query.To));
        json.WriteString("time_zone"u8, Query.TimeZone);
        ReportText.WriteRows(json, "rows", Columns(), Rows);
        json.WriteEndObject();
    }

    /// <summary>The report as JSON.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => ReportText.Json(WriteTo);

    /// <summary>The report as CSV after RFC 4180, with a line of names. A cell that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    /// <returns>The text.</returns>
    public string ToCsv() => ReportText.Csv(Columns(), Rows);

    private List<ReportColumn<UsageRow>> Columns()
    {
        List<ReportColumn<UsageRow>> columns = [];
        foreach (var dimension in Query.By)
        {
            if (dimension == UsageDimension.Profile)
                columns.Add(new("profile_id", static row => row.ProfileId));
            columns.Add(dimension switch
            {
                UsageDimension.Tenant => new("tenant", static row => row.Tenant),
                UsageDimension.Profile => new("profile", static row => row.Profile),
                UsageDimension.Workflow => new("workflow", static row => row.Workflow),
                UsageDimension.Model => new("model", static row => row.Model),
                UsageDimension.Token => new("token_id", static row => row.TokenId),
                _ => new("day", static row => row.Day),
            });
        }
        columns.AddRange(
        [
            new("runs", static row => row.Runs),
            new("calls", static row => row.Calls),
            new("failed_calls", static row => row.FailedCalls),
            new("estimated_calls", static row => row.EstimatedCalls),
            new("unpriced_calls", static row => row.UnpricedCalls),
            new("input_tokens", static row => row.InputTokens),
            new("cached_input_tokens", static row => row.CachedInputTokens),
            new("output_tokens", static row => row.OutputTokens),
            new("reasoning_tokens", static row => row.ReasoningTokens),
            new("price", static row => row.Currency is null ? null : BookedPrice.Text(row.Price)),
            new("currency", static row => row.Currency),
        ]);
        return columns;
    }
}
