using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests;

/// <summary>What is booked to a profile is what the provider counted under its key, to the token.</summary>
public sealed class UsageTests
{
    private const int Tenants = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BookedUsageOfEachProfileEqualsWhatTheProviderCounted()
    {
        await using var scene = await ServerScene.StartAsync();
        var failing = 0;
        scene.Models.When(_ => Interlocked.Increment(ref failing) % 7 == 0).Fail(ModelServerFault.ServerError());
        scene.Models.When(request => request.LastUserMessage.StartsWith("Which topic", StringComparison.Ordinal)).AnswerJson("""{"name":"delivery","mood":"Calm"}""");
        scene.Models.When(_ => true).Stream("It is ", "on its way.");
        Dictionary<string, string> keys = [];
        foreach (var tenant in Enumerable.Range(0, Tenants).Select(static number => $"tenant-{number}"))
        {
            keys[tenant] = ServerScene.NewKey();
            await scene.AddProfileAsync(tenant + "_openai", tenant, keys[tenant]);
        }

        await Task.WhenAll(keys.Keys.Select(async (tenant, number) =>
        {
            using var client = await scene.AddTokenAsync(tenant, "desk");
            for (var run = 0; run < 10 + number; run++)
                await client.RunAsync(new() { ["question"] = new string('?', run + 1) }, body => { body["credential_tenant"] = tenant; body["response_mode"] = run % 2 == 0 ? "blocking" : "streaming"; });
        }));

        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var report = await scene.Services.GetRequiredService<UsageLedger>().ReadAsync(new() { From = today.AddDays(-1), To = today.AddDays(1), By = [UsageDimension.Tenant] }, Cancel);
        Assert.Equal(keys.Keys.Order(StringComparer.Ordinal), report.Rows.Select(static row => row.Tenant));
        foreach (var row in report.Rows)
        {
            var counted = scene.Models.Usage(keys[row.Tenant!]);
            Assert.Equal((counted.PromptTokens, counted.CompletionTokens, counted.Requests), (row.InputTokens, row.OutputTokens, row.Calls));
            Assert.Equal((counted.Failed, 0L, 0L), (row.FailedCalls, row.EstimatedCalls, row.UnpricedCalls));
            Assert.Equal(((row.InputTokens * 0.15m) + (row.OutputTokens * 0.6m)) / 1_000_000, row.Price);
        }
    }

    /// <summary>Of a key that was given for the run, and of a profile that is nobody's, the run says whose it is.</summary>
    [Fact]
    public async Task A_run_that_names_its_tenant_is_booked_to_it_whoever_pays()
    {
        await using var scene = await ServerScene.StartAsync();
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        scene.Models.When(_ => true).Stream("Once upon a time.");
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "named", Tenants = ["acme", "bolt"], Workflows = ["story"], MaySendKey = true });

        (await client.RunAsync(new() { ["about"] = "a fox" }, body =>
        {
            body["api_key"] = key;
            body["options"] = new JsonObject { ["tenant"] = "bolt" };
        })).AssertSucceeded();
        await scene.Services.GetRequiredService<IRunHistory>().FlushAsync(Cancel);

        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var report = await scene.Services.GetRequiredService<UsageLedger>().ReadAsync(new() { From = today.AddDays(-1), To = today.AddDays(1), By = [UsageDimension.Tenant] }, Cancel);
        Assert.Equal(("bolt", (long)scene.Models.Usage(key).Requests), Assert.Single(report.Rows) is var row ? (row.Tenant, row.Calls) : default);
    }

    [Fact]
    public async Task DisconnectBeforeUsageIsBooked()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate, afterChunks: 1).Stream("Once upon a time. ", "And so on.");
        using var client = await scene.AddTokenAsync("acme", "story");
        var stream = await client.StreamAsync(new JsonObject { ["about"] = "a fox" }, static body => { body["credential_tenant"] = "acme"; body["on_disconnect"] = "stop"; });
        var chunk = await stream.UntilAsync("text_chunk");
        stream.Dispose();
        using (var other = await client.FollowAsync(chunk.RunId))
            await other.UntilAsync("workflow_finished");

        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var row = Assert.Single((await scene.Services.GetRequiredService<UsageLedger>().ReadAsync(new() { From = today.AddDays(-1), To = today.AddDays(1), By = [] }, Cancel)).Rows);

        // The provider reported nothing of it, and what had come is not nothing.
        Assert.Equal((1L, 1L), (row.Calls, row.EstimatedCalls));
        Assert.True(row.InputTokens > 0 && row.OutputTokens > 0 && row.Price > 0, row.ToString());
    }
}
