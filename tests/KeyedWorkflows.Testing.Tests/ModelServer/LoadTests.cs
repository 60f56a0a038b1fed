using System.Diagnostics;

namespace KeyedWorkflows.Testing.Tests;

public sealed class LoadTests
{
    [Fact]
    public async Task Sums_by_key_are_exact_under_256_way_load()
    {
        var keys = Enumerable.Range(0, 16).Select(_ => Wire.NewKey()).ToArray();
        await using var server = await Wire.ServerFor(keys);
        server.When(r => r.LastUserMessage.StartsWith("fail", StringComparison.Ordinal)).Fail(ModelServerFault.ServerError());
        server.When(_ => true).Answer(r => "Answer for " + r.LastUserMessage);
        var wires = keys.Select(k => new Wire(server, k)).ToArray();
        var seen = new (long Prompt, long Completion, long Failed)[keys.Length];
        await Parallel.ForAsync(0, 4096, new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = Wire.Cancelled }, async (i, _) =>
        {
            var tenant = i % keys.Length;
            var text = (i % 10 == 0 ? "fail " : "case ") + new string('x', i % 50);
            using var response = await wires[tenant].AskAsync(text, i % 3 == 0 ? Wire.StreamWithUsage : "");
            if (!response.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref seen[tenant].Failed);
                return;
            }

            var (prompt, completion) = i % 3 == 0 ? (await Wire.EventsAsync(response))[^1].Usage() : (await Wire.JsonAsync(response)).Usage();
            Interlocked.Add(ref seen[tenant].Prompt, prompt);
            Interlocked.Add(ref seen[tenant].Completion, completion);
        });
        for (var i = 0; i < keys.Length; i++)
        {
            var usage = server.Usage(keys[i]);
            Assert.Equal(new ModelServerUsage(256, 0, seen[i].Failed, seen[i].Prompt, 0, seen[i].Completion), usage);
            wires[i].Dispose();
        }

        Assert.Equal(4096, server.TotalUsage.Requests);
        Assert.Equal(4096, server.Requests.Count);
        Assert.All(server.Requests, r => Assert.Contains(r.Key, keys));
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_hundred_thousand_requests_are_served_and_counted()
    {
        Heavy.Only();
        const int count = 100_000;
        var key = Wire.NewKey();
        await using var server = await ModelServer.StartAsync(o => { o.Keys.Add(key); o.RecordRequests = false; }, Wire.Cancelled);
        using Wire wire = new(server, key);
        for (var i = 0; i < 2000; i++)
            (await wire.AskAsync("warm")).Dispose();
        var before = (Connections: server.Connections, Bytes: GC.GetTotalAllocatedBytes(), Memory: GC.GetTotalMemory(forceFullCollection: true), Start: Stopwatch.GetTimestamp());
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = Wire.Cancelled }, async (_, _) =>
            (await wire.AskAsync("load")).Dispose());
        var seconds = Stopwatch.GetElapsedTime(before.Start).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count / seconds:F0} requests a second, client and server in one process; {(GC.GetTotalAllocatedBytes() - before.Bytes) / count} bytes a request, both; "
            + $"{server.Connections} connections; {(GC.GetTotalMemory(forceFullCollection: true) - before.Memory) / 1024} KB kept");
        Assert.Equal(count + 2000, server.Usage(key).Requests);
        Assert.Equal(count + 2000, server.Usage(key).PromptTokens);
        Assert.True(server.Connections <= 257);
    }
}
