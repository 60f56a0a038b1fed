using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KeyedWorkflows.Benchmarks.Load;

namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>
/// One client's storm beside 99 quiet ones: each of them asks about four times a second, the storm asks five times as often as all of them together, and its token may ask a hundred times a second. Rounds with and without it alternate, and the
/// answers of all rounds of a kind are taken together: of one round alone, the p99 hangs on a few dozen answers. All processes are on the same processors, so that the storm's own sender takes of them, too.
/// </summary>
internal static class FairnessProgram
{
    public const int Quiet = 99;
    public const int StormMayAskPerMinute = 6_000;

    private const int Rounds = 9;
    private const int StormPerSecond = 2_000;
    private const int StormConnections = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(8);

    public static async Task RunAsync()
    {
        var profiles = LoadProfile.Make(Quiet + 1);
        await using var models = await ModelServerProcess.StartAsync(profiles.Select(static profile => profile.Key));
        await using var server = await ServedSubject.StartServerAsync(models.Endpoint, profiles, "fair");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
        await RoundAsync(http, server, storm: true);
        List<double> without = [], with = [], ratios = [];
        for (var round = 0; round < Rounds; round++)
        {
            var isFirst = round % 2 == 0;
            var one = await RoundAsync(http, server, storm: isFirst);
            var other = await RoundAsync(http, server, storm: !isFirst);
            var (calm, stormy) = isFirst ? (other, one) : (one, other);
            without.AddRange(calm);
            with.AddRange(stormy);
            ratios.Add(P99(stormy) / P99(calm));
        }
        ratios.Sort();
        var (before, after) = (P99([.. without.Order()]), P99([.. with.Order()]));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"p99 of {Quiet} quiet clients: {before:0.0} ms without the storm, {after:0.0} ms with it: {after / before:0.00} times, over {with.Count} answers; round by round {ratios[Rounds / 2]:0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00})"));
    }

    private static double P99(double[] ordered) => ordered[(int)(ordered.Length * 0.99)];

    /// <returns>How long the quiet clients' answers took, in milliseconds, the shortest first.</returns>
    private static async Task<double[]> RoundAsync(HttpClient http, ServedSubject server, bool storm)
    {
        using var over = new CancellationTokenSource(RoundTime);
        var times = new ConcurrentBag<double>();
        var failures = 0;
        var (done, refused) = (0, 0);
        var quiet = Enumerable.Range(1, Quiet).Select(client => Task.Run(async () =>
        {
            // They do not ask all at once.
            await Task.Delay(Pause * (client / (double)Quiet));
            while (!over.IsCancellationRequested)
            {
                var asked = Stopwatch.GetTimestamp();
                using var request = server.Ask(client, streams: false);
                using var answer = await http.SendAsync(request);
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                if (!answer.IsSuccessStatusCode)
                    Interlocked.Increment(ref failures);
                await Task.Delay(Pause);
            }
        }));
        var storming = !storm ? [] : Enumerable.Range(0, StormConnections).Select(_ => Task.Run(async () =>
        {
            var pause = TimeSpan.FromSeconds(StormConnections / (double)StormPerSecond);
            var next = Stopwatch.GetTimestamp();
            while (!over.IsCancellationRequested)
            {
                using var request = server.Ask(0, streams: false);
                using var answer = await http.SendAsync(request);
                Interlocked.Increment(ref answer.IsSuccessStatusCode ? ref done : ref refused);
                next += (long)(pause.TotalSeconds * Stopwatch.Frequency);
                if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next) is { } wait && wait > TimeSpan.Zero)
                    await Task.Delay(wait);
            }
        }));
        await Task.WhenAll([.. quiet, .. storming]);
        double[] ordered = [.. times.Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {(storm ? $"storm: {done} answered, {refused} refused" : "no storm")}; quiet: {ordered.Length} answers, p50 {ordered[ordered.Length / 2]:0.0} ms, p99 {P99(ordered):0.0} ms, {failures} failures"));
        return ordered;
    }
}
