using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace KeyedWorkflows;

/// <summary>Reads a profile's limits from configuration: <c>Limits:RequestsPerMinute</c>, <c>Limits:Day:Tokens</c> and so on. No fault repeats a value.</summary>
internal static class LimitsSectionReader
{
    private const string KnownLimits = "RequestsPerMinute, TokensPerMinute, Day, Month";
    private const string KnownBudget = "Tokens, Money, Currency, IsSoft";

    public static UsageLimits? Read(IConfigurationSection? section, Action<string> fault)
    {
        if (section is null)
            return null;
        var limits = new UsageLimits();
        foreach (var field in section.GetChildren())
        {
            limits = field.Key.ToUpperInvariant() switch
            {
                "REQUESTSPERMINUTE" => limits with { RequestsPerMinute = ReadCount(field, fault) },
                "TOKENSPERMINUTE" => limits with { TokensPerMinute = ReadNumber(field, fault) },
                "DAY" => limits with { Day = ReadBudget(field, fault) },
                "MONTH" => limits with { Month = ReadBudget(field, fault) },
                _ => Unknown(limits, "its Limits hold an unknown field. Known are " + KnownLimits + ".", fault),
            };
        }
        return limits;
    }

    public static int? ReadCount(IConfigurationSection field, Action<string> fault)
    {
        var number = ReadNumber(field, fault);
        if (number is <= int.MaxValue or null)
            return (int?)number;
        fault($"{field.Key} is too large.");
        return null;
    }

    private static Budget ReadBudget(IConfigurationSection section, Action<string> fault)
    {
        var budget = new Budget();
        foreach (var field in section.GetChildren())
        {
            budget = field.Key.ToUpperInvariant() switch
            {
                "TOKENS" => budget with { Tokens = ReadNumber(field, fault) },
                "MONEY" => budget with { Money = ReadMoney(field, fault) },
                "CURRENCY" => budget with { Currency = field.Value ?? "" },
                "ISSOFT" => budget with { IsSoft = ReadFlag(field, fault) },
                _ => Unknown(budget, "a budget of its Limits holds an unknown field. Known are " + KnownBudget + ".", fault),
            };
        }
        return budget;
    }

    private static long? ReadNumber(IConfigurationSection field, Action<string> fault)
    {
        if (long.TryParse(field.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        fault($"{field.Key} is not a whole number.");
        return null;
    }

    private static decimal? ReadMoney(IConfigurationSection field, Action<string> fault)
    {
        if (decimal.TryParse(field.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return number;
        fault($"{field.Key} is not a number, such as 12.50.");
        return null;
    }

    private static bool ReadFlag(IConfigurationSection field, Action<string> fault)
    {
        if (!bool.TryParse(field.Value, out var flag))
            fault($"{field.Key} is neither true nor false.");
        return flag;
    }

    private static T Unknown<T>(T known, string what, Action<string> fault)
    {
        fault(what);
        return known;
    }
}
