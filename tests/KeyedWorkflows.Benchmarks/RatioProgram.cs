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

    private const int Rounds = 400;
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(3);

    public static async Task CompareAsync(string title, params (string Name, Func<Task> Run)[] subjects)
    {
        var runs = new int[subjects.Length];
        for (var i = 0; i < subjects.Length; i++)
        {
            // Long enough for the last tier of the compiler, then a block's number of runs.
            for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 1_500;)
                await MeasureAsync(subjects[i].Run, 50);
            runs[i] = Math.Max(1, (int)(Block.TotalNanoseconds / Math.Max(1, await MeasureAsync(subjects[i].Run, 200))));
        }

        var nanoseconds = new double[subjects.Length][];
        for (var i = 0; i < subjects.Length; i++)
            nanoseconds[i] = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            for (var turn = 0; turn < subjects.Length; turn++)
            {
                var i = (turn + round) % subjects.Length;
                nanoseconds[i][round] = await MeasureAsync(subjects[i].Run, runs[i]);
            }
        }

        var bytes = new double[subjects.Length];
        for (var i = 0; i < subjects.Length; i++)
            bytes[i] = await BytesAsync(subjects[i].Run, 1_000);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{title}: {Rounds} alternating rounds"));
        var first = nanoseconds[0].Order().ElementAt(Rounds / 10);
        for (var i = 0; i < subjects.Length; i++)
        {
            double[] ratios = [.. nanoseconds[i].Zip(nanoseconds[0], static (own, first) => own / first).Order()];
            double[] times = [.. nanoseconds[i].Order()];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {subjects[i].Name,-34} {times[Rounds / 10] / first,9:0.00}  (median {ratios[Rounds / 2]:0.00})  {times[Rounds / 10],11:N0} ns {bytes[i],9:N0} bytes"));
        }
    }

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
