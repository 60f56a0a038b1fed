using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Tests.Egress;
using KeyedWorkflows.Tests.Models;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>What the host fetches for callers.</summary>
public sealed class EgressTests
{
    private const string Public = "93.184.216.34";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string[] Refused(int port) =>
    [
        $"https://127.0.0.1:{port}/CANARY", $"https://localhost:{port}/CANARY", $"https://127.1:{port}/CANARY", $"https://0x7f.0.0.1:{port}/CANARY", $"https://0x7f000001:{port}/CANARY", $"https://0177.0.0.1:{port}/CANARY",
        $"https://017700000001:{port}/CANARY", $"https://2130706433:{port}/CANARY", $"https://0:{port}/CANARY", $"https://0.0.0.0:{port}/CANARY", $"https://[::1]:{port}/CANARY", $"https://[::]:{port}/CANARY",
        $"https://[::ffff:127.0.0.1]:{port}/CANARY", $"https://[::ffff:7f00:1]:{port}/CANARY", $"https://[::127.0.0.1]:{port}/CANARY", $"https://[64:ff9b::7f00:1]:{port}/CANARY", $"https://[64:ff9b::169.254.169.254]/CANARY",
        $"https://[64:ff9b:1::7f00:1]:{port}/CANARY", $"https://[2002:7f00:1::]:{port}/CANARY", $"https://[fe80::1%25eth0]:{port}/CANARY", $"https://[fc00::1]/CANARY", $"https://[fd00:ec2::254]/CANARY", "https://169.254.169.254/latest/meta-data/CANARY",
        "https://169.254.169.254.:443/CANARY", "https://0xa9fea9fe/CANARY", "https://2852039166/CANARY", "https://0251.0376.0251.0376/CANARY", "https://[::ffff:a9fe:a9fe]/CANARY", "https://10.0.0.1/CANARY", "https://172.16.0.1/CANARY",
        "https://192.168.1.1/CANARY", "https://100.64.0.1/CANARY", "https://168.63.129.16/CANARY", "https://192.0.0.192/CANARY", "https://198.18.0.1/CANARY", "https://224.0.0.1/CANARY", "https://255.255.255.255/CANARY",
        $"https://inside.example:{port}/CANARY", $"https://both.example:{port}/CANARY", $"https://mapped.example:{port}/CANARY", $"https://nat.example:{port}/CANARY", "https://metadata.example/CANARY", "https://unknown.example/CANARY",
        $"http://files.example:{port}/CANARY", $"http://127.0.0.1:{port}/CANARY", "ftp://files.example/CANARY", "file:///etc/passwd?CANARY", "gopher://files.example/CANARY", "data:text/plain,CANARY", "javascript:CANARY", "//files.example/CANARY",
        "CANARY", "/CANARY", "https://user:word@files.example/CANARY", "https://user@files.example/CANARY", "https://files.example@127.0.0.1/CANARY", "https://files.example/#CANARY", "https://files.example./CANARY", "https:///CANARY", "https://",
        "https://files\u3002example/CANARY", "https://127\u30020\u30020\u30021/CANARY", "https://\u2460\u2461\u2466.0.0.1/CANARY", "https://files.example\\@127.0.0.1/CANARY", "https://256.0.0.1/CANARY", "https://08.0.0.1/CANARY", "unix:///run/CANARY",
    ];

    [Fact]
    public async Task RemoteUrlFileObeysEgressPolicy()
    {
        using var certificate = LoopbackCertificate.For("files.example");
        await using var inside = new LoopbackServer(certificate: certificate);
        var moves = 0;
        await using var outside = new LoopbackServer(
            request =>
            {
                if (!request.StartsWith("GET /moved", StringComparison.Ordinal))
                    return LoopbackServer.Ok("the file's words", "Set-Cookie: session=a");
                Interlocked.Increment(ref moves);
                return $"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:{inside.EndPoint.Port}/\r\nContent-Length: 0\r\n\r\n";
            },
            certificate);
        var network = Network(outside);
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = services => services.AddKeyedSingleton(FetchUse.Files, (_, _) => new Fetcher(new FetchHandler(ModelTransport.CreateConnections(new EgressConnector(network)).Trusting(certificate)))),
        });
        using var client = await scene.AddTokenAsync(Draft());
        var canary = Canary.Word();

        foreach (var address in Refused(inside.EndPoint.Port).Select(one => one.Replace("CANARY", canary, StringComparison.Ordinal)))
        {
            foreach (var place in new Action<JsonObject>[]
            {
                body => body["inputs"] = new JsonObject { ["document"] = FileAt(address) },
                body => { body["inputs"] = new JsonObject(); body["files"] = new JsonArray(FileAt(address)); },
                body => body["inputs"] = new JsonObject { ["document"] = FileAt("https://files.example/a.txt"), ["others"] = new JsonArray(FileAt(address)) },
            })
            {
                var answer = await client.RunAsync([], place);
                Assert.True((int)answer.Status == 400, $"{address}: {answer.Text}");
                await scene.AssertNothingHappenedAsync(client, answer, canary);
                Assert.DoesNotContain("127.0.0.1", answer.Text, StringComparison.Ordinal);
            }
        }

        // Which names there are, and which lead inside, look alike.
        var texts = await Task.WhenAll(new[] { "https://inside.example/", "https://unknown.example/", "https://metadata.example/" }.Select(async address => (await client.RunAsync(new() { ["document"] = FileAt(address) })).Text));
        Assert.Single(texts.Distinct());
        (await client.RunAsync(new() { ["document"] = FileAt("https://files.example/moved") })).AssertError(400, "invalid_param");
        Assert.Equal(1, moves);
        Assert.Equal(0, inside.Connections);
        Assert.DoesNotContain(network.Dialed, dialed => IPAddress.IsLoopback(dialed.Address));

        // What is public is fetched, and nothing of one answer or of this host goes into the next request.
        var before = outside.Requests.Count;
        for (var i = 0; i < 2; i++)
            Assert.Equal("the file's words", (string?)(await client.RunAsync(new() { ["document"] = FileAt("https://files.example/a.txt?signature=1") })).AssertSucceeded()["text"]);
        foreach (var request in outside.Requests.Skip(before))
        {
            Assert.StartsWith("GET /a.txt?signature=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
            Assert.DoesNotContain("cookie", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("authorization", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task CallbackObeysEgressPolicy()
    {
        using var certificate = LoopbackCertificate.For("files.example");
        await using var inside = new LoopbackServer(certificate: certificate);
        await using var outside = new LoopbackServer(request => request.StartsWith("POST /moved", StringComparison.Ordinal)
            ? $"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://127.0.0.1:{inside.EndPoint.Port}/\r\nContent-Length: 0\r\n\r\n"
            : LoopbackServer.Ok(), certificate);
        var network = Network(outside);
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = services => services.AddKeyedSingleton(FetchUse.Callbacks, (_, _) => new Fetcher(new FetchHandler(ModelTransport.CreateConnections(new EgressConnector(network)).Trusting(certificate)))),
        });
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed"));
        var canary = Canary.Word();
        string[] names = ["inside.example", "both.example", "mapped.example", "nat.example", "metadata.example", "unknown.example", "localhost"];

        foreach (var address in Refused(inside.EndPoint.Port).Where(one => !names.Any(one.Contains)).Select(one => one.Replace("CANARY", canary, StringComparison.Ordinal)))
        {
            var answer = await client.RunAsync(new() { ["text"] = "Hello" }, body => { body["credential_profile"] = "acme_openai"; body["callback_url"] = address; });
            Assert.True((int)answer.Status == 400, $"{address}: {answer.Text}");
            await scene.AssertNothingHappenedAsync(client, answer, canary);
        }

        // What a name stands for is seen when it is called.
        foreach (var name in names)
            (await client.RunAsync(new() { ["text"] = "Hello" }, body => { body["credential_profile"] = "acme_openai"; body["callback_url"] = $"https://{name}:{inside.EndPoint.Port}/{canary}"; })).AssertSucceeded();
        (await client.RunAsync(new() { ["text"] = "Hello" }, body => { body["credential_profile"] = "acme_openai"; body["callback_url"] = "https://files.example/moved"; })).AssertSucceeded();
        (await client.RunAsync(new() { ["text"] = "Hello" }, body => { body["credential_profile"] = "acme_openai"; body["callback_url"] = "https://files.example/told"; })).AssertSucceeded();
        while (!outside.Requests.Any(request => request.StartsWith("POST /told", StringComparison.Ordinal)) || outside.Requests.Count < 2 || network.LookUps.Distinct().Count() < names.Length + 1)
            await Task.Delay(50, Token);

        Assert.Equal(0, inside.Connections);
        Assert.DoesNotContain(network.Dialed, dialed => IPAddress.IsLoopback(dialed.Address));
        Assert.False(scene.Logs.Holds(canary), "A log holds the callback's address.");
        foreach (var request in outside.Requests)
        {
            Assert.DoesNotContain("authorization", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("cookie", request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(client.Token.CallbackSecret.Reveal(), request, StringComparison.Ordinal);
        }
    }

    private static FakeNetwork Network(LoopbackServer outside) => new FakeNetwork().Place(Public, outside.EndPoint)
        .Name("files.example", [[Public]]).Name("inside.example", [["127.0.0.1"]]).Name("both.example", [[Public, "127.0.0.1"]]).Name("mapped.example", [["::ffff:127.0.0.1"]]).Name("nat.example", [["64:ff9b::7f00:1"]])
        .Name("metadata.example", [["169.254.169.254"]]).Name("localhost", [["127.0.0.1"]]);

    private static JsonObject FileAt(string address) => new() { ["type"] = "document", ["transfer_method"] = "remote_url", ["url"] = address };

    private static TokenDraft Draft(string workflow = "reader") => new() { Name = "token-" + Guid.NewGuid().ToString("N"), Workflows = [workflow], Tenants = ["acme"] };
}
