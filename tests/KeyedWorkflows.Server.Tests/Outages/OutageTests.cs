using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Storage.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Server.Tests.Outages;

/// <summary>While the store cannot be written, no run begins that nobody would know of; what was begun before is lost by none of it.</summary>
public sealed class OutageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JsonObject Text => new() { ["text"] = "Hello" };

    [Fact]
    public async Task While_SQLite_is_locked_runs_are_refused_and_what_went_on_is_recorded_after()
    {
        await using var scene = await ServerScene.StartAsync();
        var history = Directory.GetFiles(scene.Directory, "*-runs.db", SearchOption.AllDirectories).Single();
        await ProveAsync(
            scene,
            begin: () =>
            {
                var locked = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = history, Pooling = false }.ToString());
                locked.Open();
                using var command = locked.CreateCommand();
                command.CommandText = "BEGIN IMMEDIATE";
                command.ExecuteNonQuery();
                return locked;
            });
    }

    [Fact]
    public async Task While_the_disk_is_full_runs_are_refused_and_what_went_on_is_recorded_after()
    {
        FullDisk? disk = null;
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = services => services.AddSingleton(all => new HistoryWriter(disk = new(all.GetRequiredService<HostStorage>().Database), TimeProvider.System, NullLogger<HistoryWriter>.Instance)),
        });
        await ProveAsync(scene, begin: () =>
        {
            disk!.IsFull = true;
            return new Undo(() => disk.IsFull = false);
        });
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_requests_are_refused_and_what_went_on_is_recorded_after()
    {
        Assert.SkipWhen(PostgreSqlServer.Absence is not null, PostgreSqlServer.Absence ?? "");
        using var server = new PostgreSqlServer();
        var database = server.CreateDatabase();
        await using var scene = await ServerScene.StartAsync(new() { AddStore = (builder, configure) => builder.AddPostgreSqlStorage(database, configure) });
        await ProveAsync(scene, begin: () =>
        {
            server.Stop();
            return new Undo(server.Start);
        });
    }

    /// <summary>A run goes on when the outage begins. During it, a request is refused with 503, and its caller is told nothing of the database; after it, without a restart, both are as they should be.</summary>
    private static async Task ProveAsync(ServerScene scene, Func<IDisposable> begin)
    {
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new Testing.ModelServerGate();
        scene.Models.When(request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon a time.");
        scene.Models.When(_ => true).Stream("And ", "so on.");
        using var client = await scene.AddTokenAsync("acme", "story");
        var stream = await client.StreamAsync(new() { ["about"] = "a fox" }, static body => body["credential_tenant"] = "acme");
        var chunk = await stream.UntilAsync("text_chunk");
        stream.Dispose();
        var before = scene.Models.Requests.Count;

        TestAnswer refused;
        using (begin())
        {
            refused = await client.PostAsync("workflows/run", new JsonObject { ["inputs"] = new JsonObject { ["about"] = "a hare" }, ["user"] = "someone", ["response_mode"] = "async", ["credential_tenant"] = "acme" });
            gate.Open();
        }

        refused.AssertError(503, "service_unavailable");
        Assert.Null(refused.RunId);
        Assert.DoesNotContain("sqlite", refused.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("npgsql", refused.Text, StringComparison.OrdinalIgnoreCase);
        var end = await EndAsync(client, chunk.RunId);
        Assert.Equal("succeeded", (string?)end.Json["status"]);
        Assert.Equal(3, (int?)end.Json["usage"]!["calls"]);

        // The refused one is nowhere, and the next one begins.
        Assert.Equal(1, (int?)(await client.GetAsync("workflows/logs")).Json["total"]);
        (await client.RunAsync(new() { ["about"] = "a fox" }, static body => body["credential_tenant"] = "acme")).AssertSucceeded();
        Assert.True(scene.Models.Requests.Count >= before + 2 + 3);
    }

    /// <summary>Asks until the run has ended: the store is tried again at its own pace.</summary>
    private static async Task<TestAnswer> EndAsync(TestClient client, string runId)
    {
        while (true)
        {
            var answer = await client.GetAsync($"workflows/run/{runId}");
            if (answer.Status == HttpStatusCode.OK && (string?)answer.Json["status"] != "running")
                return answer;
            if (answer.Status != HttpStatusCode.OK)
                answer.AssertError(503, "service_unavailable");
            await Task.Delay(50, Cancel);
        }
    }

    private sealed class Undo(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}
