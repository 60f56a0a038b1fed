using System.Globalization;
using System.Text.Json;

namespace KeyedWorkflows.Server;

/// <summary>The limits of a profile or token as a request gives them: all of them, since what is left out does not limit.</summary>
internal static class LimitsFields
{
    private static readonly string[] Known = ["requests_per_minute", "tokens_per_minute", "day", "month"];

    private static readonly string[] BudgetFields = ["tokens", "money", "currency", "soft"];

    public static UsageLimits? Read(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        var limits = new UsageLimits();
        var members = new StrictObject(ref reader, Known, $"Field '{field}'");
        while (members.Next(ref reader) is { } member)
        {
            limits = member switch
            {
                "requests_per_minute" => limits with { RequestsPerMinute = JsonField.OptionalNumber(ref reader, "limits.requests_per_minute") },
                "tokens_per_minute" => limits with { TokensPerMinute = JsonField.OptionalLongNumber(ref reader, "limits.tokens_per_minute") },
                "day" => limits with { Day = ReadBudget(ref reader, "limits.day") },
                _ => limits with { Month = ReadBudget(ref reader, "limits.month") },
            };
        }
        return limits;
    }

    private static Budget? ReadBudget(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        var budget = new Budget();
        var members = new StrictObject(ref reader, BudgetFields, $"Field '{field}'");
        while (members.Next(ref reader) is { } member)
        {
            budget = member switch
            {
                "tokens" => budget with { Tokens = JsonField.OptionalLongNumber(ref reader, field + ".tokens") },
                "money" => budget with { Money = ReadMoney(ref reader, field + ".money") },
                "currency" => budget with { Currency = JsonField.Text(ref reader, field + ".currency") },
                _ => budget with { IsSoft = JsonField.Flag(ref reader, field + ".soft") },
            };
        }
        return budget;
    }

    /// <summary>A text, as answers write it, or a number.</summary>
    private static decimal? ReadMoney(ref Utf8JsonReader reader, string field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when reader.TryGetDecimal(out var number):
                return number;
            case JsonTokenType.String when decimal.TryParse(reader.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var text):
                return text;
            default:
                throw JsonField.Wrong(field, "an amount, such as \"12.50\", or null");
        }
    }
}
