using System.Globalization;
using System.Security.Cryptography;

namespace KeyedWorkflows;

/// <summary>
/// The mark of an unbroken time in which a profile or token has had its budgets. While it is the same, all that was used has been added to the budget's account; where a budget was taken away and set again, or in another currency,
/// nobody added meanwhile, and the account is counted anew.
/// </summary>
internal static class BudgetMark
{
    /// <summary>Changes are everywhere within a second, and calls that were under way then have ended.</summary>
    private static readonly TimeSpan Spreading = TimeSpan.FromMinutes(10);

    private static readonly long MostSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The mark of new limits.</summary>
    /// <param name="before">The limits until now.</param>
    /// <param name="mark">Their mark.</param>
    /// <param name="after">The limits from now on.</param>
    /// <param name="now">When that is.</param>
    public static string? Next(UsageLimits? before, string? mark, UsageLimits? after, DateTimeOffset now)
    {
        if (after is not { Day: not null } and not { Month: not null })
            return null;
        return GoesOn(before?.Day, after.Day) && GoesOn(before?.Month, after.Month) && mark is not null ? mark : New(now);
    }

    /// <summary>A mark that there never was: when it was made, in seconds of Unix time, and what is random.</summary>
    public static string New(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}-{RandomNumberGenerator.GetHexString(32, lowercase: true)}");

    /// <summary>Whether every node goes by a mark: before, one that has not heard of the budget yet might book without adding to its account.</summary>
    public static bool IsKnownEverywhere(string? mark, DateTimeOffset now) => now - MadeAt(mark) > Spreading;

    /// <summary>When a mark was made; null where it does not say so.</summary>
    public static DateTimeOffset? MadeAt(string? mark) =>
        mark?.Split('-') is [var made, _] && long.TryParse(made, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MostSeconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static bool GoesOn(Budget? before, Budget? after) => after is null || (before is not null && before.Currency == after.Currency);
}
