using System.Globalization;
using System.Text.Json;

namespace KeyedWorkflows.Cli.Commands.Limits;

/// <summary>How limits are shown.</summary>
internal static class LimitsView
{
    public static void WriteJson(Utf8JsonWriter json, string name, UsageLimits? limits)
    {
        if (limits is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        WriteNumber(json, "requests_per_minute", limits.RequestsPerMinute);
        WriteNumber(json, "tokens_per_minute", limits.TokensPerMinute);
        WriteBudget(json, "day", limits.Day);
        WriteBudget(json, "month", limits.Month);
        json.WriteEndObject();
    }

    /// <summary>All of them in one line; null where there are none.</summary>
    public static string? Text(UsageLimits? limits)
    {
        if (limits is null)
            return null;
        List<string> parts = [];
        if (limits.RequestsPerMinute is { } requests)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{requests} requests a minute"));
        if (limits.TokensPerMinute is { } tokens)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens a minute"));
        if (Text(limits.Day) is { } day)
            parts.Add(day + " a day");
        if (Text(limits.Month) is { } month)
            parts.Add(month + " a month");
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    public static string? Text(Budget? budget)
    {
        if (budget is null)
            return null;
        var tokens = budget.Tokens is { } most ? string.Create(CultureInfo.InvariantCulture, $"{most} tokens") : null;
        var money = budget.Money is { } amount ? string.Create(CultureInfo.InvariantCulture, $"{amount:0.00#######} {budget.Currency}") : null;
        return (tokens is not null && money is not null ? $"{tokens} or {money}" : tokens ?? money) + (budget.IsSoft ? " (warns only)" : "");
    }

    private static void WriteBudget(Utf8JsonWriter json, string name, Budget? budget)
    {
        if (budget is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        WriteNumber(json, "tokens", budget.Tokens);
        json.WriteString("money"u8, budget.Money?.ToString(CultureInfo.InvariantCulture));
        json.WriteString("currency"u8, budget.Currency);
        json.WriteBoolean("is_soft"u8, budget.IsSoft);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
