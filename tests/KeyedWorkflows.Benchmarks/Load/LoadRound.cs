using System.Diagnostics;

namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>What a number of calls cost this process.</summary>
/// <param name="CallsPerSecond">Answers a second, all workers together.</param>
/// <param name="ProcessorMicroseconds">Processor time of this process a call, in microseconds.</param>
/// <param name="Bytes">Bytes allocated a call.</param>
internal sealed record LoadRound(double CallsPerSecond, double ProcessorMicroseconds, double Bytes)
{
    public const int Workers = 64;

    public static async Task<LoadRound> RunAsync(ILoadSubject subject, LoadProfile[] profiles, int calls)
    {
        using var process = Process.GetCurrentProcess();
        GC.Collect();
        var processor = process.TotalProcessorTime;
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < calls)
            {
                var answer = await subject.AnswerAsync(profiles[number % profiles.Length].Name, new(number, "Where is my order?"));
                if (answer.Length == 0)
                    throw new InvalidOperationException("An empty answer.");
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(start);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        process.Refresh();
        return new(calls / elapsed.TotalSeconds, (process.TotalProcessorTime - processor).TotalMicroseconds / calls, (double)allocated / calls);
    }
}
