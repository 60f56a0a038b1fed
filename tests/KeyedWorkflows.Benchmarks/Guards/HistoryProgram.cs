using System.Diagnostics;
using System.Globalization;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Guards;

/// <summary>The history of runs: what a run costs its writer (its start, three steps, three model calls, ten frames, its end), where many gather and where each is waited for.</summary>
internal static class HistoryProgram
{
    public const string Verb = "history";

    private const int Count = 20_000;
    private const int AtOnce = 64;

    public static async Task RunAsync()
    {
        var folder = StoreFolder.Create();
        try
        {
            await using var services = StoreFolder.Open(folder);
            var history = services.GetRequiredService<IRunHistory>();
            await GatheredAsync(history, 2_000);
            for (var round = 0; round < 3; round++)
                await SayAsync("reported without waiting", () => GatheredAsync(history, Count), Count);
            for (var round = 0; round < 3; round++)
                await SayAsync($"{AtOnce} at once, start and end waited for", () => AwaitedAsync(history, Count / 4), Count / 4);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task SayAsync(string what, Func<Task> write, int count)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await write();
        var (elapsed, used) = (clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - cpu);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {used.TotalMicroseconds / count:0.0} us of CPU a run, {count / elapsed.TotalSeconds:N0} runs a second"));
    }

    private static async Task GatheredAsync(IRunHistory history, int count)
    {
        for (var i = 0; i < count; i++)
            _ = Report(history);
        await history.FlushAsync(CancellationToken.None);
    }

    private static Task AwaitedAsync(IRunHistory history, int count) => Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
    {
        var start = Start();
        await history.StartAsync(start);
        await history.EndAsync(End(start.Id));
    });

    private static Task Report(IRunHistory history)
    {
        var start = Start();
        _ = history.StartAsync(start);
        return history.EndAsync(End(start.Id));
    }

    private static RunStart Start() => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Workflow = "support-reply",
        Version = "1",
        Fingerprint = "0123456789abcdef",
        TokenId = "0123456789abcdef0123456789abcdef",
        Tenant = "acme",
        EndUser = "user-1",
        CreatedAt = DateTimeOffset.UtcNow,
        Capture = CaptureLevel.Metadata,
        Inputs = new byte[200],
        Bindings = new byte[200],
        TotalSteps = 3,
    };

    private static RunEnd End(string id) => new()
    {
        Id = id,
        Status = "succeeded",
        Outputs = new byte[200],
        FinishedAt = DateTimeOffset.UtcNow,
        Duration = TimeSpan.FromSeconds(1),
        Usage = default,
        Steps = [.. Enumerable.Range(0, 3).Select(static number => new RunStep
        {
            Number = number, Step = "Answer", Attempt = 1, Status = "succeeded", Output = new byte[100], Usage = default, StartedAt = DateTimeOffset.UtcNow, Duration = TimeSpan.FromSeconds(1),
        })],
        Calls = [.. Enumerable.Range(0, 3).Select(static number => new RunModelCall
        {
            Number = number, Step = "Answer", Attempt = 1, Slot = "main", ProfileId = "0123456789abcdef", Provider = "openai", ModelAsked = "gpt-4o-mini", ModelAnswered = "gpt-4o-mini", InputTokens = 100, OutputTokens = 50,
            CachedInputTokens = 0, ReasoningTokens = 0, Workflow = "answer", TokenId = "token", FinishReason = "stop", ProviderRequestId = "req_0123456789", StartedAt = DateTimeOffset.UtcNow, Duration = TimeSpan.FromSeconds(1),
        })],
        Frames = [.. Enumerable.Range(0, 10).Select(static _ => (ReadOnlyMemory<byte>)new byte[150])],
    };
}
