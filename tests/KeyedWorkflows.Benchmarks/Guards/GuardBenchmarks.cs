using BenchmarkDotNet.Attributes;

namespace KeyedWorkflows.Benchmarks.Guards;

/// <summary>What the guard of the transport costs a request with which nothing is wrong, beside a client without it over the same stub.</summary>
[Config(typeof(ShortJobs))]
public class GuardBenchmarks
{
    private static readonly Uri Plain = new("http://127.0.0.1:9/v1/chat/completions");
    private static readonly Uri Secure = new("https://models.example/v1/chat/completions");
    private static readonly byte[] Body = new byte[1_024];

    private readonly HttpClient unguarded = new(new StubConnections()) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ModelTransport transport = new(new StubConnections());
    private readonly string key = "Bearer key-" + Guid.NewGuid().ToString("N");

    /// <summary>A client as anybody has it.</summary>
    [Benchmark(Baseline = true)]
    public Task Unguarded() => SendAsync(unguarded, Plain);

    /// <summary>To an address of the same machine, where no request is sent twice.</summary>
    [Benchmark]
    public Task Guarded() => SendAsync(transport.ClientFor(Plain), Plain);

    [Benchmark]
    public Task UnguardedOverTls() => SendAsync(unguarded, Secure);

    /// <summary>With the body that goes out once.</summary>
    [Benchmark]
    public Task GuardedOverTls() => SendAsync(transport.ClientFor(Secure), Secure);

    internal static async Task CompareAsync()
    {
        GuardBenchmarks subject = new();
        await RatioProgram.CompareAsync("guard of a request, http", ("HttpClient over the stub", subject.Unguarded), ("with the transport's guard", subject.Guarded));
        await RatioProgram.CompareAsync("guard of a request, https", ("HttpClient over the stub", subject.UnguardedOverTls), ("with the transport's guard", subject.GuardedOverTls));
    }

    private async Task SendAsync(HttpClient client, Uri address)
    {
        // As the provider's pipeline builds it: about as many headers.
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(Body) };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "KeyedWorkflows/0.1.0");
        request.Headers.TryAddWithoutValidation("Authorization", key);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
    }
}
