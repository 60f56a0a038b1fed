using System.Globalization;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Commands.Limits;

/// <summary>How limits are shown.</summary>
internal static class LimitsView
{
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

    /// <summary>What of a budget is used; null where there is none.</summary>
    public static string? Text(UsedBudget? used, Budget? budget)
    {
        if (used is null || budget is null)
            return null;
        var tokens = budget.Tokens is not null || budget.Money is null ? string.Create(CultureInfo.InvariantCulture, $"{used.Tokens} tokens") : null;
        var money = budget.Money is not null ? string.Create(CultureInfo.InvariantCulture, $"{used.Money:0.00#######} {used.Currency}") : null;
        return string.Create(CultureInfo.InvariantCulture, $"{used.Percent:0.#} %: {(tokens is not null && money is not null ? $"{tokens}, {money}" : tokens ?? money)}");
    }

    public static string? Text(Budget? budget)
    {
        if (budget is null)
            return null;
        var tokens = budget.Tokens is { } most ? string.Create(CultureInfo.InvariantCulture, $"{most} tokens") : null;
        var money = budget.Money is { } amount ? string.Create(CultureInfo.InvariantCulture, $"{amount:0.00#######} {budget.Currency}") : null;
        return (tokens is not null && money is not null ? $"{tokens} or {money}" : tokens ?? money) + (budget.IsSoft ? " (warns only)" : "");
    }
}
