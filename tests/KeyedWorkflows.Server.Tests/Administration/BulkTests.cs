using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>Many clients in one call.</summary>
public sealed class BulkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_thousand_clients_are_added_in_seconds_and_each_runs_under_its_own_key(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(static _ => ServerScene.NewKey())];
        var watch = Stopwatch.StartNew();
        var answer = await scene.Admin.PostAsync("bulk", Bulk([.. keys.Select(static (key, number) => Client(key, number))]));
        watch.Stop();

        var made = answer.Done(201);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
        Assert.Equal((1_000, 1_000), ((int?)made["profiles"], (int?)made["tokens"]));
        Assert.Equal(1_000, (int?)(await scene.Admin.GetAsync("profiles?limit=1")).Done()["total"]);
        Assert.Equal(1_000, (int?)(await scene.Admin.GetAsync("tokens?limit=1")).Done()["total"]);
        foreach (var i in new[] { 0, 17, 999 })
        {
            scene.Server.Models.Keys.Add(keys[i]);
            var client = made["clients"]![i]!;
            Assert.Equal(($"client-{i}", $"client-{i}"), ((string?)client["profile"]!["tenant"], (string?)client["token"]!["pinned_tenant"]));
            using var http = scene.Server.Anyone((string?)client["token"]!["value"]);
            using var body = new StringContent("""{"inputs":{"text":"Hello"},"user":"u"}""", Encoding.UTF8, "application/json");
            using var run = await http.PostAsync(new Uri("workflows/run", UriKind.Relative), body, Cancel);
            Assert.Equal("succeeded", (string?)JsonNode.Parse(await run.Content.ReadAsStringAsync(Cancel))!["data"]!["status"]);
            Assert.Equal(1, scene.Server.Models.Usage(keys[i]).Requests);
        }
        Assert.All(keys, key => Assert.DoesNotContain(key, answer.Text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task Where_some_cannot_be_added_none_is_and_each_problem_has_its_index(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        await scene.Server.AddProfileAsync("taken", "acme");
        using var _ = await scene.Server.AddTokenAsync(new TokenDraft { Name = "taken-token", PinnedTenant = "acme" });
        var key = Canary.Key();
        var clients = Enumerable.Range(0, 20).Select(static i => Client(ServerScene.NewKey(), i)).ToArray();
        clients[3]["profile"]!["name"] = "taken";
        clients[4]["token"]!["name"] = "taken-token";
        clients[6]["profile"]!["name"] = "client_5";
        clients[8]["token"]!["name"] = "client-7";
        clients[10]["profile"]!["name"] = key;
        clients[11]["profile"]!.AsObject().Remove("tenant");
        clients[12]["token"]!["requests_per_minute"] = 0;

        var refused = (await scene.Admin.PostAsync("bulk", Bulk(clients))).AssertError(422, "bulk_refused");
        Assert.Equal(
            ["3 profile name_taken", "4 token name_taken", "6 profile name_taken", "8 token name_taken", "10 profile invalid_param", "11 token invalid_param", "12 token invalid_param"],
            refused.Json["problems"]!.AsArray().Select(static one => $"{one!["index"]} {one["part"]} {one["code"]}"));
        Assert.DoesNotContain(key, refused.Text, StringComparison.OrdinalIgnoreCase);

        // What is malformed does not hide the rest, either.
        clients[1]["profile"]!["unknown"] = key;
        clients[2] = new JsonObject { ["token"] = new JsonObject { ["name"] = "x" } };
        clients[13]["profile"]!["api_key"] = key + " x";
        clients[14]["token"]!["workflows"] = key;
        clients[15] = new JsonObject();
        refused = (await scene.Admin.PostAsync("bulk", Bulk(clients))).AssertError(422, "bulk_refused");
        Assert.Equal(
            [
                "1 profile invalid_param", "2 profile invalid_param", "3 profile name_taken", "4 token name_taken", "6 profile name_taken", "8 token name_taken", "10 profile invalid_param", "11 token invalid_param", "12 token invalid_param",
                "13 profile invalid_param", "14 token invalid_param", "15 profile invalid_param",
            ],
            refused.Json["problems"]!.AsArray().Select(static one => $"{one!["index"]} {one["part"]} {one["code"]}"));
        Assert.DoesNotContain(key, refused.Text, StringComparison.OrdinalIgnoreCase);

        foreach (var body in new[] { "{}", """{"clients":[]}""", """{"clients":{}}""", """{"clients":[{"profile":{"name":"a","provider":"openai"}}""", """{"clients":[],"clients":[]}""" })
            (await scene.Admin.SendAsync("POST", "bulk", body)).AssertError(400, "invalid_param");
        Assert.Equal(["taken"], (await scene.Admin.GetAsync("profiles")).Done().Names());
        Assert.Equal(["taken-token"], (await scene.Admin.GetAsync("tokens")).Done().Names());
    }

    [Fact]
    public async Task An_interrupted_bulk_leaves_nothing()
    {
        using var interrupted = new CancellationTokenSource();
        var slow = new InterruptingStore(interrupted, after: 250);
        await using var scene = await AdministrationScene.StartAsync(options: new() { Services = services => services.AddSingleton<IProfileStore>(slow) });

        // By an operator who goes away while it is worked on.
        slow.IsOn = true;
        var clients = Enumerable.Range(0, 500).Select(static i => Client(ServerScene.NewKey(), i)).ToArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, "bulk") { Content = new StringContent(Bulk(clients).ToJsonString(), Encoding.UTF8, "application/json") };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Admin.Http.SendAsync(request, interrupted.Token));
        await slow.Left.WaitAsync(Cancel);
        slow.IsOn = false;
        Assert.Empty((await scene.Admin.GetAsync("profiles")).Done().Names());
        Assert.Empty((await scene.Admin.GetAsync("tokens")).Done().Names());

        // By a connection that breaks within the body.
        var bytes = RawHttp.Post("/admin/v1/bulk", scene.Admin.Token!, Encoding.UTF8.GetBytes(Bulk(clients).ToJsonString()));
        await RawHttp.SendAsync(scene.Server.Address, bytes[..(bytes.Length / 2)], TimeSpan.FromMilliseconds(200));
        Assert.Empty((await scene.Admin.GetAsync("profiles")).Done().Names());

        // And the whole of it can be sent again.
        (await scene.Admin.PostAsync("bulk", Bulk(clients))).Done(201);
    }

    private static JsonObject Client(string key, int number) => new()
    {
        ["profile"] = new JsonObject { ["name"] = "client_" + Text(number), ["tenant"] = "client-" + Text(number), ["provider"] = "openai", ["api_key"] = key },
        ["token"] = new JsonObject { ["name"] = "client-" + Text(number), ["workflows"] = new JsonArray("keyed") },
    };

    private static JsonObject Bulk(params JsonObject[] clients) => new() { ["clients"] = new JsonArray([.. clients.Select(static client => client.DeepClone())]) };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A store of the host's own that is asked for each name: at one of them the caller goes away.</summary>
    private sealed class InterruptingStore(CancellationTokenSource interrupted, int after) : IProfileStore
    {
        private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int asked;

        public volatile bool IsOn;

        public Task Left => left.Task;

        public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken) => default;

        public async ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken)
        {
            if (!IsOn || Interlocked.Increment(ref asked) != after)
                return null;
            var gone = Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            await interrupted.CancelAsync();
            try
            {
                await gone;
            }
            finally
            {
                left.TrySetResult();
            }
            return null;
        }

        public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken) => new([]);
    }
}
