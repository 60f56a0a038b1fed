using System.Diagnostics;
using System.Globalization;

namespace KeyedWorkflows.Benchmarks;

/// <summary>
/// Times as ratios on a machine that does other things too: short blocks of every subject alternate. What disturbs a block only ever makes it slower, so each
/// subject is taken at its fastest tenth; beside it stands the median of the rounds' ratios. BenchmarkDotNet, which runs one subject after the other, says the bytes.
/// </summary>
internal static class RatioProgram
{
    public const string Verb = "ratios";

    private const int MostRounds = 400;
    private const int FewestRounds = 9;
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(15);

    public static async Task CompareAsync(string title, params (string Name, Func<Task> Run)[] subjects)
    {
        var runs = new int[subjects.Length];
        var round = 0.0;
        for (var i = 0; i < subjects.Length; i++)
        {
            // Long enough for the last tier of the compiler, then a block's number of runs.
            var once = await MeasureAsync(subjects[i].Run, 1);
            for (var warm = Stopwatch.StartNew(); warm.Elapsed < WarmUp;)
                once = await MeasureAsync(subjects[i].Run, RunsIn(TimeSpan.FromMilliseconds(1), once, 1_000));
            runs[i] = RunsIn(Block, once, int.MaxValue);
            round += runs[i] * once;
        }
        var rounds = Math.Max(FewestRounds, RunsIn(Budget, round, MostRounds));

        var nanoseconds = new double[subjects.Length][];
        for (var i = 0; i < subjects.Length; i++)
            nanoseconds[i] = new double[rounds];
        for (var turn = 0; turn < rounds * subjects.Length; turn++)
        {
            // Each round begins with another subject.
            var i = (turn + (turn / subjects.Length)) % subjects.Length;
            nanoseconds[i][turn / subjects.Length] = await MeasureAsync(subjects[i].Run, runs[i]);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{title}: {rounds} alternating rounds"));
        var first = nanoseconds[0].Order().ElementAt(rounds / 10);
        for (var i = 0; i < subjects.Length; i++)
        {
            double[] ratios = [.. nanoseconds[i].Zip(nanoseconds[0], static (own, first) => own / first).Order()];
            var time = nanoseconds[i].Order().ElementAt(rounds / 10);
            var bytes = await BytesAsync(subjects[i].Run, RunsIn(TimeSpan.FromMilliseconds(100), time, 1_000));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {subjects[i].Name,-34} {time / first,9:0.00}  (median {ratios[rounds / 2]:0.00})  {time,13:N0} ns {bytes,13:N0} bytes"));
        }
    }

    private static int RunsIn(TimeSpan time, double nanoseconds, int most) => (int)Math.Clamp(time.TotalNanoseconds / Math.Max(1, nanoseconds), 1, most);

    private static async Task<double> BytesAsync(Func<Task> run, int times)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < times; i++)
            await run();
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / times;
    }

    private static async Task<double> MeasureAsync(Func<Task> run, int times)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
            await run();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / times;
    }
}
