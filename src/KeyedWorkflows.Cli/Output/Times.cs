using System.Globalization;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Moments as they are told and read: ISO 8601, in UTC.</summary>
internal static class Times
{
    private const string Second = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string? Of(DateTimeOffset? time) => time?.UtcDateTime.ToString(Second, CultureInfo.InvariantCulture);

    public static string Of(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0##} s");

    /// <summary>Reads a moment; a day alone is its beginning in UTC.</summary>
    public static DateTimeOffset Read(string text, string option) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw CommandFault.Usage($"{option} is no time, such as 2026-11-01 or 2026-11-01T08:00:00Z.");

    /// <summary>Reads the end of a time: a day alone counts whole.</summary>
    public static DateTimeOffset ReadEnd(string text, string option) =>
        text.Length == "2026-11-01".Length ? Read(text, option).AddDays(1) : Read(text, option);

    public static DateOnly ReadDay(string text, string option) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw CommandFault.Usage($"{option} is no day, such as 2026-11-01.");
}
