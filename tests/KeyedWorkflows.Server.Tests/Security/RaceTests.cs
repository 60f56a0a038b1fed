using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>What happens at once.</summary>
public sealed class RaceTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Whatever begins while the host stops is either refused, or waited for and booked.</summary>
    [Fact]
    public async Task NoRunBeginsThatAStoppingHostDoesNotWaitFor()
    {
        await using var models = await ModelServer.StartAsync(null, Token);
        models.When(_ => true).Answer(ModelAnswer.Text("It is on its way."));
        var directory = Directory.CreateTempSubdirectory("kw-race-").FullName;
        try
        {
            for (var round = 0; round < 6; round++)
            {
                await using var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory });
                if (round == 0)
                    await scene.AddProfileAsync("acme_openai", "acme");
                using var client = await scene.AddTokenAsync("acme", "keyed");
                using var over = new CancellationTokenSource();
                var callers = Enumerable.Range(0, 16).Select(async _ =>
                {
                    while (!over.IsCancellationRequested)
                    {
                        try
                        {
                            var answer = await client.RunAsync(Hello, static body => body["credential_profile"] = "acme_openai");
                            if (answer.Status != HttpStatusCode.OK)
                                answer.AssertError(503, "service_unavailable");
                        }
                        catch (HttpRequestException)
                        {
                            // The host listens no more.
                            return;
                        }
                    }
                }).ToArray();
                await Task.Delay(50 + (round * 7), Token);
                await scene.StopAsync();
                await over.CancelAsync();
                await Task.WhenAll(callers);
            }

            await using var after = await ServerScene.StartAsync(new() { Models = models, Directory = directory });
            using var history = after.Services.GetRequiredService<HostStorage>().Database.OpenHistory();
            Assert.Equal(0, history.Runs.Count(static run => run.Status != "succeeded"));
            Assert.Equal(models.TotalUsage.Requests, history.Calls.LongCount());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task StopRacingTheEndLeavesOneEnd()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "story");

        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Token }, async (i, _) =>
        {
            using var stream = await client.StreamAsync(new() { ["about"] = $"fox {i}" }, body => body["credential_profile"] = "acme_openai");
            var started = await stream.UntilAsync("workflow_started");
            var stops = Enumerable.Range(0, 4).Select(async n =>
            {
                await Task.Delay((i * 7 + n * 3) % 40, Token);
                return await client.PostAsync($"workflows/tasks/{started.RunId}/stop", new JsonObject { ["user"] = "someone" });
            });
            var answers = await Task.WhenAll(stops);
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            var rest = await stream.ToEndAsync();
            var end = Assert.Single(rest, one => one.Name == "workflow_finished");
            Assert.Same(end, rest[^1]);
            var status = (string?)end.Data["status"];
            Assert.True(status is "stopped" or "succeeded", end.Json.ToJsonString());
            Assert.Equal(status, (string?)(await client.GetAsync($"workflows/run/{started.RunId}")).Json["status"]);
        });
    }

    [Fact]
    public async Task TokenRevokedBetweenRequestsIsRefusedAtOnce()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        for (var round = 0; round < 5; round++)
        {
            using var client = await scene.AddTokenAsync("acme", "keyed");
            (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertSucceeded();
            var before = Enumerable.Range(0, 16).Select(_ => client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).ToArray();
            await scene.Tokens.RevokeAsync(client.Token.Token.Id, Token);
            scene.Models.ClearRequests();
            var paid = scene.Models.TotalUsage.Requests;
            var after = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")));
            Assert.All(after, answer => answer.AssertError(401, "unauthorized"));
            foreach (var answer in await Task.WhenAll(before))
                Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Unauthorized || (string?)answer.Json["error_code"] is WorkflowErrorCodes.ProfileDisabled or WorkflowErrorCodes.Stopped, answer.Text);
            Assert.True(scene.Models.TotalUsage.Requests - paid <= 16);
        }
    }

    [Fact]
    public async Task GrantTakenAwayHoldsAtTheNextRun()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertSucceeded();

        await scene.Tokens.ReplaceAsync(client.Token.Token.Id, new TokenDraft { Name = client.Token.Token.Name, Workflows = ["keyed"], Tenants = ["other"] }, cancellationToken: Token);

        (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertError(404, "not_found");
        Assert.Single(scene.Models.Requests);
    }

    /// <summary>Requests that follow each other on one connection are answered in order, each with its own token's rights.</summary>
    [Fact]
    public async Task PipelinedRequestsKeepTheirTokens()
    {
        await using var scene = await ServerScene.StartAsync();
        var (acme, beta) = (ServerScene.NewKey(), ServerScene.NewKey());
        await scene.AddProfileAsync("acme_openai", "acme", acme);
        await scene.AddProfileAsync("beta_openai", "beta", beta);
        using var one = await scene.AddTokenAsync("acme", "keyed");
        using var two = await scene.AddTokenAsync("beta", "keyed");
        var path = scene.Address.AbsolutePath + "workflows/run";
        byte[] Request(TestClient client, string text, string tenant, bool last = false)
        {
            var body = new JsonObject { ["inputs"] = new JsonObject { ["text"] = text }, ["user"] = "u", ["credential_tenant"] = tenant }.ToJsonString();
            return Encoding.UTF8.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.Token.Value.Reveal()}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{(last ? "Connection: close\r\n" : "")}\r\n{body}");
        }

        var answer = await RawHttp.SendAsync(scene.Address, [.. Request(one, "of acme", "acme"), .. Request(two, "of beta", "beta"), .. Request(two, "of acme", "acme"), .. Request(one, "of acme", "acme", last: true)]);

        Assert.Equal([200, 200, 404, 200], answer.Split("HTTP/1.1 ")[1..].Select(part => int.Parse(part.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal([("of acme", acme), ("of beta", beta), ("of acme", acme)], scene.Models.Requests.Select(request => (request.LastUserMessage, request.Key)));
    }

    [Fact]
    public async Task SlowBodyHoldsUpNobody()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var slow = Enumerable.Range(0, 20).Select(_ => RawHttp.SendAsync(
            scene.Address, RawHttp.Post(scene.Address.AbsolutePath + "workflows/run", client.Token.Value.Reveal(), "{\"inputs\""u8.ToArray(), "Content-Length: 1000\r\n", withLength: false), TimeSpan.FromSeconds(3))).ToArray();

        var watch = Stopwatch.StartNew();
        (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertSucceeded();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
        await Task.WhenAll(slow);
        Assert.Single(scene.Models.Requests);
    }
}
