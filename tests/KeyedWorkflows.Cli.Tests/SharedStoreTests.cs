using KeyedWorkflows.Cli.Tests.Scene;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>The command line beside a running host, on one store.</summary>
public sealed class SharedStoreTests : IDisposable
{
    private readonly Operator anna = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => anna.Dispose();

    /// <summary>What the one writes the other uses, whichever opened the store first, and wherever the programs lie.</summary>
    [Fact]
    public async Task CliAndServerShareRing()
    {
        var (a, b, rotated) = (Operator.NewKey(), Operator.NewKey(), Operator.NewKey());
        await anna.AddProfileAsync("client_a", "client-a", a);
        var tokenA = await TokenAsync("web-a", "client-a");

        await using var host = await DeskHost.StartAsync(anna);
        foreach (var key in (string[])[a, b, rotated])
            host.Models.Keys.Add(key);
        Assert.Equal(200, (await host.AskAsync(tokenA)).Status);
        Assert.Equal(2, host.Models.Usage(a).Requests);

        // Written by the host, used by the command line.
        var made = await host.Profiles.CreateAsync(new() { Name = "client_b", Tenant = "client-b", Provider = "openai", ApiKey = Secret.From(b), Model = "gpt-4o-mini" }, Ct);
        anna.Set("KEYEDWORKFLOWS_OPENAI_ENDPOINT", host.Models.Endpoint.AbsoluteUri);
        (await anna.RunAsync("profiles", "test", "client_b")).Succeeds();
        Assert.Equal(made.KeyFingerprint, (string?)(await anna.RunAsync("profiles", "show", "client_b", "--json")).Json["key_fingerprint"]);

        // Changed by the command line while the host runs: it holds there within a second.
        var tokenB = await TokenAsync("web-b", "client-b");
        await host.AskUntilAsync(tokenB, static (status, _) => status == 200);
        (await anna.RunAsync(Answers.Hidden(rotated), "profiles", "rotate", "client_a")).Succeeds();
        await host.AskUntilAsync(tokenA, (_, _) => host.Models.Usage(rotated).Requests > 1);
        (await anna.RunAsync("profiles", "disable", "client_a")).Succeeds();
        await host.AskUntilAsync(tokenA, static (status, answer) => status == 400 && ((string)answer["message"]!).Contains("is disabled", StringComparison.Ordinal));
        (await anna.RunAsync("tokens", "revoke", "web-b", "--yes")).Succeeds();
        await host.AskUntilAsync(tokenB, static (status, _) => status == 401);
        Canary.IsNotIn(anna.Everything, a, b, rotated);
        Canary.IsInNoFile(anna.Root, a, b, rotated);
    }

    [Fact]
    public async Task Usage_of_a_running_host_is_told_as_a_table_as_JSON_and_as_CSV()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        var token = await TokenAsync("web-a", "client-a");
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(key);
        await host.AskAsync(token);

        var table = (await anna.RunAsync("usage")).Succeeds();
        var json = (await anna.RunAsync("usage", "--json", "--tenant", "client-a")).Succeeds().Json;
        var csv = (await anna.RunAsync("usage", "--csv", "--by", "tenant,profile")).Succeeds();
        (await anna.RunAsync("usage", "--csv", "--profile", "client_a", "--out", "a.csv")).Succeeds();
        var other = (await anna.RunAsync("usage", "--json", "--tenant", "client-b")).Succeeds().Json;

        Assert.StartsWith("TENANT    PROFILE   WORKFLOW  MODEL", table.Output, StringComparison.Ordinal);
        Assert.Contains("client-a  client_a  desk      gpt-4o-mini", table.Output, StringComparison.Ordinal);
        var row = Assert.Single(json["rows"]!.AsArray())!;
        Assert.Equal(2, (int)row["calls"]!);
        Assert.Equal(host.Models.Usage(key).PromptTokens, (long)row["input_tokens"]!);
        Assert.Equal(host.Models.Usage(key).CompletionTokens, (long)row["output_tokens"]!);
        Assert.Empty(other["rows"]!.AsArray());
        Assert.StartsWith("tenant,profile_id,profile,runs,calls", csv.Output, StringComparison.Ordinal);
        Assert.Contains("client-a", File.ReadAllText(Path.Combine(anna.Work, "a.csv")), StringComparison.Ordinal);
        (await anna.RunAsync("usage", "--csv", "--json")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("usage", "--month", "2026-13")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("usage", "--time-zone", "Nowhere/Here")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("usage", "--by", "tenant,tenant")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("usage", "--by", "tenant,colour")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("usage", "--from", "2026-11-02", "--to", "2026-11-01")).Ends(ExitCodes.Usage);
    }

    /// <summary>A host of production and one of development: neither could read what is written under the other's ring.</summary>
    [Fact]
    public async Task Nothing_is_written_under_a_ring_that_is_not_the_hosts()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        var another = anna.PathOf("wrapping/another");
        File.WriteAllText(another, Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(another, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var command in (string[][])[["profiles", "list"], ["usage"], ["audit", "verify"], ["profiles", "disable", "client_a"]])
            Assert.Contains("--ring-key-file", (await anna.RunAsync([.. command, "--ring-key-file", another])).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
        Assert.Contains("client_a", (await anna.RunAsync("profiles", "list")).Succeeds().Output, StringComparison.Ordinal);
        (await anna.RunAsync("audit", "verify")).Succeeds();

        anna.Set("DOTNET_ENVIRONMENT", "Development");
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);
        anna.Set("KEYEDWORKFLOWS_STORE", anna.PathOf("development"));
        await anna.AddProfileAsync("client_b", "client-b", Operator.NewKey());
        Assert.Contains("in clear text", (await anna.RunAsync("profiles", "disable", "client_b", "--ring-key-file", anna.RingKeyFile)).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unreadable", (await anna.RunAsync("profiles", "list")).Succeeds().Output, StringComparison.Ordinal);
        (await anna.RunAsync("profiles", "list", "--postgres")).Ends(ExitCodes.Usage);
    }

    private async Task<string> TokenAsync(string name, string tenant) =>
        (string)(await anna.RunAsync("tokens", "create", name, "--workflow", "desk", "--pinned-tenant", tenant, "--json")).Succeeds().Json["value"]!;
}
