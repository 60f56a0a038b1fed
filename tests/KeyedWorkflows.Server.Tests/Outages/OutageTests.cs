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
    public async Task A_host_stops_in_its_time_whatever_the_store_does()
    {
        FullDisk? disk = null;
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = services => services.AddSingleton(all => new HistoryWriter(disk = new(all.GetRequiredService<HostStorage>().Database), TimeProvider.System, NullLogger<HistoryWriter>.Instance)),
        });
        await scene.AddProfileAsync("acme_openai", "acme");
        scene.Models.When(_ => true).Stream("And ", "so on.");
        using var client = await scene.AddTokenAsync("acme", "story");
        disk!.IsFull = true;
        using var hurry = new CancellationTokenSource();

        // Answered, since it was paid for; its record waits.
        await client.RunAsync(Hare, OfAcme);
        hurry.CancelAfter(TimeSpan.FromSeconds(1));
        var stopping = scene.StopInHurryAsync(hurry.Token);

        await stopping.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.True(scene.Logs.Holds("the store has not taken the records of the last runs"));
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_requests_are_refused_and_what_went_on_is_recorded_after()
    {
        Assert.SkipWhen(PostgreSqlServer.Absence is not null, PostgreSqlServer.Absence ?? "");
        using var server = new PostgreSqlServer();
        var database = server.CreateDatabase();
        await using var scene = await ServerScene.StartAsync(new() { AddStore = (builder, configure) => builder.AddPostgreSqlStorage(database, configure) });

        // After five seconds it is not known whether a profile was disabled meanwhile: the run's next call is refused then.
        await ProveAsync(scene, mayBeDeaf: true, begin: () =>
        {
            server.Stop();
            return new Undo(server.Start);
        });
    }

    /// <summary>
    /// A run goes on when the outage begins. The first request during it may begin a run before anybody knows; it is stopped, and its caller told how it ended. Each after it is refused before any call of a model. Once the outage is over,
    /// without a restart, all that was begun has ended, and what the provider was asked for is booked, to the call.
    /// </summary>
    private static async Task ProveAsync(ServerScene scene, Func<IDisposable> begin, bool mayBeDeaf = false)
    {
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new Testing.ModelServerGate();
        scene.Models.When(request => request.LastUserMessage.Contains("a fox", StringComparison.Ordinal)).HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon a time.");
        scene.Models.When(_ => true).Stream("And ", "so on.");
        using var client = await scene.AddTokenAsync("acme", "story");
        var stream = await client.StreamAsync(Fox, OfAcme);
        var chunk = await stream.UntilAsync("text_chunk");
        stream.Dispose();

        using (begin())
        {
            await client.RunAsync(Hare, static body => { OfAcme(body); body["response_mode"] = "async"; });
            var asked = scene.Models.Requests.Count;
            foreach (var mode in (string[])["async", "blocking", "streaming"])
                Assert.Null(Refused(await client.RunAsync(Hare, body => { OfAcme(body); body["response_mode"] = mode; })).RunId);
            Assert.Equal(asked, scene.Models.Requests.Count);
            gate.Open();
        }

        var end = await EndAsync(client, chunk.RunId);
        Assert.True(((string?)end.Json["status"], (int?)end.Json["usage"]!["calls"]) == ("succeeded", 3) || (mayBeDeaf && (string?)end.Json["error_code"] == "store_unavailable"), end.Text);
        await BeginAgainAsync(client);
        var runs = (await client.GetAsync("workflows/logs")).Json["data"]!.AsArray();
        Assert.InRange(runs.Count, 2, 3);
        var booked = 0;
        foreach (var run in runs)
        {
            var detail = (await EndAsync(client, (string)run!["workflow_run"]!["id"]!)).Json;
            booked += (int)detail["usage"]!["calls"]!;
            Assert.Contains((string?)detail["error_code"], (string?[])[null, "store_unavailable"]);
        }
        Assert.Equal(scene.Models.Requests.Count, booked);
    }

    private static JsonObject Fox => new() { ["about"] = "a fox" };

    private static JsonObject Hare => new() { ["about"] = "a hare" };

    private static void OfAcme(JsonObject body) => body["credential_tenant"] = "acme";

    private static TestAnswer Refused(TestAnswer answer)
    {
        answer.AssertError(503, "service_unavailable");
        Assert.DoesNotContain("sqlite", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("npgsql", answer.Text, StringComparison.OrdinalIgnoreCase);
        return answer;
    }

    /// <summary>Begins a run as soon as the store is there again.</summary>
    private static async Task BeginAgainAsync(TestClient client)
    {
        while (true)
        {
            var answer = await client.RunAsync(Hare, OfAcme);
            if (answer.Status == HttpStatusCode.OK)
            {
                answer.AssertSucceeded();
                return;
            }
            Refused(answer);
            await Task.Delay(50, Cancel);
        }
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
