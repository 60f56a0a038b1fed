using BenchmarkDotNet.Attributes;

namespace KeyedWorkflows.Benchmarks.Guards;

/// <summary>What it costs to look through an error in which nothing is wrong. A call that succeeds has none, and is not looked through.</summary>
[Config(typeof(ShortJobs))]
public class ScrubberBenchmarks
{
    private const string Message = "The provider's rate limit for this key is reached (HTTP 429, rate_limit_exceeded). It asks to wait 2 s. The step was tried 3 times.";

    private static readonly string Key = "key-" + Guid.NewGuid().ToString("N");

    private readonly SecretScrubber scrubber = new([Secret.From(Key)]);
    private readonly Exception error = Thrown();

    /// <summary>The key alone, as it is: what one would write by hand.</summary>
    [Benchmark(Baseline = true)]
    public bool Contains() => Message.Contains(Key, StringComparison.OrdinalIgnoreCase);

    [Benchmark]
    public string Text() => scrubber.Scrub(Message);

    /// <summary>An author's error, with its stack.</summary>
    [Benchmark]
    public Exception Error() => scrubber.Scrub(error);

    /// <summary>The text of that error alone, which any log of it makes too.</summary>
    [Benchmark]
    public string TextOfError() => error.ToString();

    internal static Task CompareAsync()
    {
        ScrubberBenchmarks subject = new();
        return RatioProgram.CompareAsync(
            "scrubber, nothing wrong",
            ("the key alone, by hand", () => Done(subject.Contains())),
            ("a message", () => Done(subject.Text())),
            ("an author's error", () => Done(subject.Error())),
            ("the text of that error", () => Done(subject.TextOfError())));

        static Task Done<T>(T value)
        {
            GC.KeepAlive(value);
            return Task.CompletedTask;
        }
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException(Message, new FormatException("inner"));
        }
        catch (InvalidOperationException error)
        {
            return error;
        }
    }
}
