using System.ClientModel.Primitives;
using System.Globalization;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>How long a provider asks to wait: <c>retry-after-ms</c>, or <c>retry-after</c> in seconds or as a date.</summary>
internal static class RetryAfter
{
    // Whoever asks for more than a day means "no"; and a number without bounds would overflow whatever adds it to a clock.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static TimeSpan? Read(PipelineResponseHeaders headers, TimeProvider clock)
    {
        if (headers.TryGetValue("retry-after-ms", out var text) && TryNumber(text, out var milliseconds))
            return Bounded(milliseconds / 1000);
        if (!headers.TryGetValue("retry-after", out text))
            return null;
        if (TryNumber(text, out var seconds))
            return Bounded(seconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Bounded((date - clock.GetUtcNow()).TotalSeconds)
            : null;
    }

    private static bool TryNumber(string? text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
}
