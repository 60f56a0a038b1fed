using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Server.Tests;

/// <summary>Many who follow, and those who do not keep up.</summary>
[Collection(HeavyTests.Name)]
public sealed class StreamTests
{
    private static JsonObject About => new() { ["about"] = "a fox" };

    [Fact]
    public async Task Thousands_of_streams_are_open_at_once_and_each_is_read_to_its_end()
    {
        var count = Heavy.IsOn ? 4_000 : 200;
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon.");
        scene.Models.When(_ => true).Stream("And ", "so on.");
        using var client = await scene.AddTokenAsync("acme", "story");
        var run = await client.RunAsync(About, body => { body["credential_tenant"] = "acme"; body["response_mode"] = "async"; });
        var open = new TestStream[count];

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            open[i] = await client.FollowAsync(run.RunId!);
            Assert.Equal("workflow_started", (await open[i].NextAsync())!.Name);
        });
        Assert.Equal("running", (string?)(await client.GetAsync($"workflows/run/{run.RunId}")).Json["status"]);
        gate.Open();

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            Assert.Equal("succeeded", (string?)(await open[i].UntilAsync("workflow_finished")).Data["status"]);
            open[i].Dispose();
        });
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_up_neither_the_run_nor_others()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var piece = new string('x', 64 * 1024);
        scene.Models.When(_ => true).Stream([.. Enumerable.Repeat(piece, 64)]);
        using var client = await scene.AddTokenAsync("acme", "story");
        using var lazy = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await lazy.ConnectAsync(IPAddress.Loopback, scene.Address.Port, TestContext.Current.CancellationToken);
        var body = """{"inputs":{"about":"a fox"},"user":"someone","response_mode":"streaming","credential_tenant":"acme"}""";
        await lazy.SendAsync(
            Encoding.ASCII.GetBytes($"POST /v1/workflows/run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.Token.Value.Reveal()}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        var first = new byte[2048];
        var read = await lazy.ReceiveAsync(first, TestContext.Current.CancellationToken);
        var head = Encoding.ASCII.GetString(first, 0, read);
        var id = head.Split("X-Workflow-Run-Id: ")[1].Split('\r')[0];

        // The lazy one has the connection open, and reads no more.
        using var other = await client.FollowAsync(id);
        var end = await other.UntilAsync("workflow_finished");

        Assert.Equal("succeeded", (string?)end.Data["status"]);
    }

    [Fact]
    public async Task A_stream_without_events_says_that_it_is_alive()
    {
        await using var scene = await ServerScene.StartAsync(new() { Server = server => server.PingInterval = TimeSpan.FromMilliseconds(50) });
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon.");
        using var client = await scene.AddTokenAsync("acme", "story");
        using var stream = await client.StreamAsync(About, body => body["credential_tenant"] = "acme");
        using var reader = new StreamReader(await stream.Answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "event: ping")
        {
        }

        gate.Open();
        Assert.Contains("workflow_finished", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
