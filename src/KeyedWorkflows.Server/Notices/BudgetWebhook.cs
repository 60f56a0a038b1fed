using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Tells the operator's webhook that a part of a budget is used: as a callback of the host's own, delivered and signed as those of runs are.</summary>
internal sealed class BudgetWebhook(WorkflowServerOptions options, TimeProvider time) : IBudgetNotices
{
    public void Write(IHistorySession session, BudgetNotice notice)
    {
        if (options.BudgetWebhook is { } url)
            HistoryStatements.InsertNotice(session, NameOf(notice), url.AbsoluteUri, Body(notice, time.GetUtcNow()), time.GetUtcNow().UtcTicks);
    }

    /// <summary>The same for each node that passes the same part of the same period.</summary>
    private static string NameOf(BudgetNotice notice) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{notice.Key.Subject.Kind}\n{notice.Key.Subject.Id}\n{notice.Key.Period}\n{notice.Key.Start.UtcTicks}\n{notice.Key.Currency}\n{notice.Budget.Tokens} {notice.Budget.Money}\n{notice.Percent}")));

    private static byte[] Body(BudgetNotice notice, DateTimeOffset now)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "budget.threshold_reached"u8);
            json.WriteString("timestamp"u8, now);
            json.WriteStartObject("data"u8);
            json.WriteString("kind"u8, notice.Key.Subject.Kind == LimitSubjectKind.Profile ? "profile"u8 : "token"u8);
            json.WriteString("id"u8, notice.Key.Subject.Id);
            json.WriteString("name"u8, notice.Name);
            json.WriteString("tenant"u8, notice.Tenant);
            json.WriteString("period"u8, notice.Key.Period == BudgetPeriod.Day ? "day"u8 : "month"u8);
            json.WriteString("period_start"u8, notice.Key.Start);
            json.WriteString("period_end"u8, notice.End);
            json.WriteNumber("percent"u8, notice.Percent);
            json.WriteBoolean("is_soft"u8, notice.Budget.IsSoft);
            json.WriteNumber("used_tokens"u8, notice.Spent.Tokens);
            WriteNumber(json, "budget_tokens"u8, notice.Budget.Tokens);
            json.WriteNumber("used_money"u8, BookedPrice.InWhole(notice.Spent.Money));
            WriteNumber(json, "budget_money"u8, notice.Budget.Money);
            json.WriteString("currency"u8, notice.Key.Currency);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, decimal? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
