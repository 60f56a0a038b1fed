using System.Globalization;
using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>Limits within the protected text of a profile or token. What was written before there were any has none.</summary>
internal static class LimitsPayload
{
    private const string Member = "limits";

    private const string Mark = "budgetMark";

    public static void Write(Utf8JsonWriter json, UsageLimits? limits, string? mark)
    {
        if (mark is not null)
            json.WriteString(Mark, mark);
        if (limits is null)
            return;
        json.WriteStartObject(Member);
        WriteNumber(json, "requestsPerMinute", limits.RequestsPerMinute);
        WriteNumber(json, "tokensPerMinute", limits.TokensPerMinute);
        Write(json, "day", limits.Day);
        Write(json, "month", limits.Month);
        json.WriteEndObject();
    }

    public static UsageLimits? Read(JsonElement json) => !json.TryGetProperty(Member, out var limits) ? null : new UsageLimits
    {
        RequestsPerMinute = (int?)Number(limits, "requestsPerMinute"),
        TokensPerMinute = Number(limits, "tokensPerMinute"),
        Day = ReadBudget(limits, "day"),
        Month = ReadBudget(limits, "month"),
    };

    public static string? ReadMark(JsonElement json) => json.TryGetProperty(Mark, out var mark) ? mark.GetString() : null;

    private static void Write(Utf8JsonWriter json, string name, Budget? budget)
    {
        if (budget is null)
            return;
        json.WriteStartObject(name);
        WriteNumber(json, "tokens", budget.Tokens);
        if (budget.Money is { } money)
            json.WriteString("money", money.ToString(CultureInfo.InvariantCulture));
        json.WriteString("currency", budget.Currency);
        json.WriteBoolean("isSoft", budget.IsSoft);
        json.WriteEndObject();
    }

    private static Budget? ReadBudget(JsonElement limits, string name) => !limits.TryGetProperty(name, out var budget) ? null : new Budget
    {
        Tokens = Number(budget, "tokens"),
        Money = budget.TryGetProperty("money", out var money) ? decimal.Parse(money.GetString()!, CultureInfo.InvariantCulture) : null,
        Currency = budget.GetProperty("currency").GetString() ?? throw new FormatException(),
        IsSoft = budget.GetProperty("isSoft").GetBoolean(),
    };

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
    }

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var number) ? number.GetInt64() : null;
}
