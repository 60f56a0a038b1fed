using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Samples.Tests.TriggerApi;

/// <summary>How the sample's host starts, starts again and stops.</summary>
public sealed class HostTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_seed_file_is_its_owners_alone_and_the_data_is_gone_with_the_host()
    {
        using var scratch = new ScratchFolder();
        var seed = scratch.PathOf("seed.json");
        await using var host = await HostProcess.StartAsync("--seed-file", seed);

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(seed));
        Assert.True(Directory.Exists(host.Data), host.Output);
        var told = HostProcess.ReadSeed(seed);
        Assert.Equal(host.Address, new Uri((string)told["base_url"]! + "/"));
        Assert.Equal(["bluebird", "harbour", "cedar"], told["clients"]!.AsArray().Select(static client => (string?)client!["tenant"]));
        Assert.All(told["clients"]!.AsArray(), static client => Assert.StartsWith("whsec_", (string?)client!["callback_secret"]));
        var code = await host.StopAsync();
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(0, code);
        Assert.False(Directory.Exists(host.Data));
    }

    [Fact]
    public async Task Each_token_pays_with_its_own_client()
    {
        using var scratch = new ScratchFolder();
        var seed = scratch.PathOf("seed.json");
        await using var host = await HostProcess.StartAsync("--seed-file", seed);

        foreach (var client in HostProcess.ReadSeed(seed)["clients"]!.AsArray())
        {
            var run = await RunAsync(host, (string)client!["token"]!);
            Assert.Equal("succeeded", (string?)run["status"]);
            Assert.Equal((string?)client["profile_id"], (string?)run["bindings"]![0]!["profile_id"]);
            Assert.Equal((string?)client["profile"], (string?)run["bindings"]![0]!["profile"]);
        }
    }

    /// <summary>As the page says it of a provider elsewhere, which stands here on loopback.</summary>
    [Fact]
    public async Task The_keys_of_the_environment_pay_a_provider_elsewhere()
    {
        using var scratch = new ScratchFolder();
        var seed = scratch.PathOf("seed.json");
        string[] clients = ["bluebird", "harbour", "cedar"];
        var keys = clients.ToDictionary(static client => client, static _ => "key-" + Guid.NewGuid().ToString("N"));
        await using var models = await ModelServer.StartAsync(
            options =>
            {
                foreach (var key in keys.Values)
                    options.Keys.Add(key);
            },
            Ct);
        models.When(static request => request.ResponseSchema is not null).Answer("""{"topic":"other","order":null}""");
        models.When(static _ => true).Answer("It is on its way.");
        await using var host = await HostProcess.StartAsync(
            [("KEYEDWORKFLOWS_OPENAI_ENDPOINT", models.Endpoint.AbsoluteUri), .. keys.Select(static key => ($"ClientKeys__{key.Key}", key.Value))], "--seed-file", seed);

        foreach (var client in HostProcess.ReadSeed(seed)["clients"]!.AsArray())
            await RunAsync(host, (string)client!["token"]!);

        Assert.All(keys.Values, key => Assert.NotEqual(0, models.Usage(key).Requests));
        Assert.All(keys.Values, key => Assert.DoesNotContain(key, host.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_start_on_the_same_data_keeps_profiles_and_tokens()
    {
        using var scratch = new ScratchFolder();
        var (seed, data) = (scratch.PathOf("seed.json"), scratch.PathOf("data"));
        await using (var first = await HostProcess.StartAsync("--data", data, "--seed-file", seed))
            await first.StopAsync();
        var client = HostProcess.ReadSeed(seed)["clients"]![0]!;

        await using (var second = await HostProcess.StartAsync("--data", data))
        {
            Assert.Contains("cannot be shown again", second.Output + await AfterStopAsync(second, (string)client["token"]!, (string)client["profile_id"]!), StringComparison.Ordinal);
        }
        await using (var refused = await HostProcess.StartAsync("--data", data, "--seed-file", scratch.PathOf("second.json")))
        {
            Assert.Equal(1, await refused.EndAsync());
            Assert.False(File.Exists(scratch.PathOf("second.json")));
        }
        await using var renewed = await HostProcess.StartAsync("--data", data, "--new-tokens", "true", "--seed-file", scratch.PathOf("third.json"));
        var anew = HostProcess.ReadSeed(scratch.PathOf("third.json"))["clients"]![0]!;
        Assert.Equal((string?)client["profile_id"], (string?)anew["profile_id"]);
        Assert.NotEqual((string?)client["token"], (string?)anew["token"]);
    }

    /// <summary>Runs with a token, stops the host, and gives all that it wrote.</summary>
    private static async Task<string> AfterStopAsync(HostProcess host, string token, string profileId)
    {
        Assert.Equal(profileId, (string?)(await RunAsync(host, token))["bindings"]![0]!["profile_id"]);
        await host.StopAsync();
        return host.Output;
    }

    private static async Task<JsonNode> RunAsync(HostProcess host, string token)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.PostAsJsonAsync("workflows/run", new { inputs = new { question = "Where is my order?" }, user = "ada" }, Ct);
        var ran = await answer.Content.ReadFromJsonAsync<JsonNode>(Ct);
        Assert.True(answer.IsSuccessStatusCode, ran!.ToJsonString());
        return (await http.GetFromJsonAsync<JsonNode>($"workflows/run/{(string)ran["workflow_run_id"]!}", Ct))!;
    }
}
