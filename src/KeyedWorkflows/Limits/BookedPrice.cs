using System.Globalization;

namespace KeyedWorkflows;

/// <summary>What a call cost, as it was booked: in billionths of the currency, so that sums are exact.</summary>
internal readonly record struct BookedPrice(long Billionths, string Currency)
{
    public const long BillionthsOfWhole = 1_000_000_000;

    private const decimal Billionth = 0.000000001m;

    public static decimal InWhole(long billionths) => billionths * Billionth;

    /// <summary>The number with nine decimals.</summary>
    public static string Text(decimal price) => price.ToString("0.000000000", CultureInfo.InvariantCulture);

    public string ToText() => Text(InWhole(Billionths));
}
