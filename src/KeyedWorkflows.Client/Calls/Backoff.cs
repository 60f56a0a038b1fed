namespace KeyedWorkflows.Client;

/// <summary>How long to wait before the next try: twice as long each time, up to five seconds, and never the same for two callers.</summary>
internal static class Backoff
{
    private const double FirstMilliseconds = 100;
    private const double MostMilliseconds = 5000;

    public static TimeSpan Before(int retry)
    {
        var most = Math.Min(MostMilliseconds, FirstMilliseconds * Math.Pow(2, Math.Min(retry, 10)));
#pragma warning disable CA5394 // Spreads callers, and keeps no secret.
        return TimeSpan.FromMilliseconds(most * (0.5 + Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }
}
