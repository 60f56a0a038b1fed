using System.Diagnostics;

namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>What a subject did in a time.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50">Milliseconds that half of the answers took at most.</param>
/// <param name="P99">The same of 99 of 100.</param>
/// <param name="Processor">Microseconds of the subject's own processor time for each answer.</param>
/// <param name="Failures">Answers that were not what was asked for.</param>
internal sealed record ServedRound(double PerSecond, double P50, double P99, double Processor, int Failures)
{
    public static async Task<ServedRound> RunAsync(ServedSubject subject, int connections, bool streams, TimeSpan time)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
        var failures = 0;
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var processor = subject.ProcessorTime();
        var start = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(async () =>
        {
            var times = new List<double>();
            for (var number = worker; Stopwatch.GetTimestamp() < end; number += connections)
            {
                var asked = Stopwatch.GetTimestamp();
                using var request = subject.Ask(number, streams);
                using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                var text = await answer.Content.ReadAsStringAsync();
                if (!answer.IsSuccessStatusCode || !text.Contains("Thursday", StringComparison.Ordinal))
                    Interlocked.Increment(ref failures);
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
            return times;
        })));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double[] ordered = [.. all.SelectMany(static times => times).Order()];
        return new(ordered.Length / seconds, ordered[ordered.Length / 2], ordered[(int)(ordered.Length * 0.99)], (subject.ProcessorTime() - processor).TotalMicroseconds / ordered.Length, failures);
    }
}
