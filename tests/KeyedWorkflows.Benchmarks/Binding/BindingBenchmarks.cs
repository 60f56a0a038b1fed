using BenchmarkDotNet.Attributes;

namespace KeyedWorkflows.Benchmarks.Binding;

/// <summary>What it costs to turn a profile's name into a client that pays by its key, when that client is built already.</summary>
[Config(typeof(ShortJobs))]
public class BindingBenchmarks
{
    private const int Names = 1 << 16;

    private BindingHost host = null!;
    private string[] names = null!;
    private Dictionary<string, object> byHand = null!;
    private int next;

    [Params(10, 1_000, 100_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        host = new(Count);
        byHand = Enumerable.Range(0, Count).ToDictionary(Profiles.NameOf, static _ => new object());
        Random random = new(7);

        // Strings of their own, as they come with requests: the store's are others.
        names = [.. Enumerable.Range(0, Names).Select(_ => Profiles.NameOf(random.Next(Count)))];
    }

    [GlobalCleanup]
    public void Cleanup() => host.Dispose();

    /// <summary>What one would write by hand, with no rule but that the name is known.</summary>
    [Benchmark(Baseline = true)]
    public object LookUp() => byHand[names[0]];

    [Benchmark]
    public object LookUpAtRandom() => byHand[NextName()];

    /// <summary>The same profile again and again.</summary>
    [Benchmark]
    public object Bind() => host.Bind(names[0]);

    /// <summary>Profiles at random, of all that there are: beyond the processor's caches this is the price of memory.</summary>
    [Benchmark]
    public object BindAtRandom() => host.Bind(NextName());

    /// <summary>As <see cref="Bind"/>, and the client that a step gets.</summary>
    [Benchmark]
    public object BindAndOpen() => host.BindAndOpen(names[0]);

    /// <summary>As <see cref="BindAndOpen"/>, and the built client behind it taken for a call.</summary>
    [Benchmark]
    public object BindAndTake() => host.BindAndTake(names[0]);

    /// <summary>As <see cref="BindAndTake"/>, with profiles at random.</summary>
    [Benchmark]
    public object BindAndTakeAtRandom() => host.BindAndTake(NextName());

    internal static async Task CompareAsync()
    {
        foreach (var count in (int[])[10, 1_000, 100_000])
        {
            BindingBenchmarks binding = new() { Count = count };
            binding.Setup();
            await RatioProgram.CompareAsync(
                $"A named profile of {count}, to one look-up in a dictionary of clients",
                ("look-up by hand", () => Done(binding.LookUp())),
                ("look-up by hand, at random", () => Done(binding.LookUpAtRandom())),
                ("bind", () => Done(binding.Bind())),
                ("bind, at random", () => Done(binding.BindAtRandom())),
                ("bind, open", () => Done(binding.BindAndOpen())),
                ("bind, open, take", () => Done(binding.BindAndTake())),
                ("bind, open, take, at random", () => Done(binding.BindAndTakeAtRandom())));
            binding.Cleanup();
        }
    }

    private static Task Done(object made)
    {
        GC.KeepAlive(made);
        return Task.CompletedTask;
    }

    private string NextName() => names[next++ & (Names - 1)];
}
