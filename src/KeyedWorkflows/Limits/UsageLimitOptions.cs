namespace KeyedWorkflows;

/// <summary>How limits and budgets are counted in this host. Set with <c>services.Configure&lt;UsageLimitOptions&gt;(…)</c>; read once, when the host starts.</summary>
public sealed class UsageLimitOptions
{
    /// <summary>The time zone whose days and months are the periods of budgets, by its IANA name, such as <c>Europe/Berlin</c>. UTC unless set.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>
    /// How many tokens an answer is taken to have at most where the call does not say (<c>MaxOutputTokens</c>): so many are held back until it is known what the call used. Above 0; 4,096 unless set. A longer answer is booked as it is,
    /// and may go past a budget by the difference.
    /// </summary>
    public int AssumedAnswerTokens { get; set; } = 4_096;

    /// <summary>Finds the time zone, or refuses the start.</summary>
    internal TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone)
        ? zone
        : throw new InvalidOperationException($"{nameof(UsageLimitOptions)}.{nameof(TimeZone)} is not known here. Give an IANA name, such as Europe/Berlin; the host needs its time zones installed (tzdata).");
}
