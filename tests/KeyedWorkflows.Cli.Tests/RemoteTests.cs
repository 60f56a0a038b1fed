using KeyedWorkflows.Cli.Tests.Scene;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>The same commands on a host elsewhere, through its administration API.</summary>
public sealed class RemoteTests : IDisposable
{
    private readonly Operator anna = new();

    /// <summary>At another machine: nothing of the store is there.</summary>
    private readonly Operator olga = new();

    public void Dispose()
    {
        anna.Dispose();
        olga.Dispose();
    }

    [Fact]
    public async Task Profiles_tokens_limits_tenants_usage_and_audit_are_those_of_the_host()
    {
        var (first, second, wrong) = (Operator.NewKey(), Operator.NewKey(), Operator.NewKey());
        await using var host = await HostAsync();
        host.Models.Keys.Add(first);
        host.Models.Keys.Add(second);

        (await RunAsync(Answers.Hidden(first), "profiles", "add", "client_a", "--tenant", "client-a", "--model", "gpt-4o-mini", "--label", "team=blue", "--test")).Succeeds();
        (await RunAsync(Answers.Hidden(first), "profiles", "add", "client_a")).Ends(ExitCodes.Conflict);
        var token = (string)(await RunAsync("tokens", "create", "web", "--workflow", "desk", "--pinned-tenant", "client-a", "--json")).Succeeds().Json["value"]!;
        Assert.Equal(200, (await host.AskAsync(token)).Status);
        var before = (await RunAsync("profiles", "show", "client_a", "--json")).Succeeds().Json;
        var refused = (await RunAsync(Answers.Hidden(wrong), "profiles", "rotate", "client_a")).Ends(ExitCodes.Refused).Error;
        Assert.DoesNotContain("was not taken", refused, StringComparison.Ordinal);
        Assert.StartsWith("New key of client_a: \nProfile 'client_a' keeps the key that it has: the provider did not answer under the new one (", refused, StringComparison.Ordinal);
        Assert.EndsWith(" --force swaps it all the same.\n", refused, StringComparison.Ordinal);
        (await RunAsync(Answers.Hidden(second), "profiles", "rotate", "client_a")).Succeeds();
        (await RunAsync("profiles", "test", "client_a")).Succeeds();
        (await RunAsync("limits", "set", "client_a", "--month-money", "12.50", "--currency", "EUR", "--soft", "--requests-per-minute", "90")).Succeeds();
        (await RunAsync("profiles", "update", "client_a", "--label", "team=red", "--concurrent-runs", "9")).Succeeds();
        (await RunAsync(Answers.Hidden(second), "profiles", "update", "client_a", "--header", "X-Team")).Succeeds();
        (await RunAsync("profiles", "rotate", "client_a", "--key-reference", "env:KEYEDWORKFLOWS_SECRET_A")).Ends(ExitCodes.Refused);
        (await RunAsync("limits", "set", "web", "--of-token", "--day-tokens", "1000000")).Succeeds();
        (await RunAsync("tokens", "update", "web", "--requests-per-minute", "600", "--expires", "30")).Succeeds();
        var rotated = (string)(await RunAsync("tokens", "rotate", "web", "--grace-hours", "0", "--json")).Succeeds().Json["value"]!;

        (await RunAsync("tokens", "rotate", "web", "--keep-former")).Ends(ExitCodes.Refused);
        var lost = (string)(await RunAsync("tokens", "rotate", "web", "--grace-hours", "1", "--json")).Succeeds().Json["value"]!;
        var instead = (string)(await RunAsync("tokens", "rotate", "web", "--keep-former", "--json")).Succeeds().Json["value"]!;

        Assert.Equal((401, 401), ((await host.AskAsync(token)).Status, (await host.AskAsync(lost)).Status));
        Assert.Equal((200, 200), ((await host.AskAsync(rotated)).Status, (await host.AskAsync(instead)).Status));
        var here = (await RunAsync("profiles", "show", "client_a", "--json")).Succeeds().Json;
        Assert.NotEqual((string?)before["key_fingerprint"], (string?)here["key_fingerprint"]);
        Assert.Equal(("red", 9, "X-Team"), ((string)here["labels"]!["team"]!, (int)here["concurrent_runs"]!, (string)here["header_names"]![0]!));
        foreach (var command in (string[][])[["profiles", "show", "client_a", "--json"], ["profiles", "list", "--json"], ["tokens", "list", "--json"], ["tokens", "show", "web"], ["limits", "show", "--json"], ["tenants", "show", "client-a", "--json"],
            ["usage", "--json"], ["audit", "list", "--json"], ["audit", "report", "--tenant", "client-a", "--csv"], ["administrators", "list", "--json"], ["profiles", "export"]])
        {
            Assert.Equal((await anna.RunAsync(command)).Succeeds().Output, (await RunAsync(command)).Succeeds().Output);
        }
        (await RunAsync("audit", "verify")).Succeeds();
        Assert.Equal((await anna.RunAsync("runs", "list", "--json")).Succeeds().Output, (await RunAsync("runs", "list", "--json")).Succeeds().Output);
        var run = (await RunAsync("runs", "list", "--json", "--tenant", "client-a", "--limit", "1")).Succeeds().Json["runs"]![0]!;
        var (near, far) = ((await anna.RunAsync("runs", "show", (string)run["id"]!, "--json")).Succeeds().Json.AsObject(), (await RunAsync("runs", "show", (string)run["id"]!, "--json")).Succeeds().Json.AsObject());
        Assert.Equal("Where is my order?", (string?)near["inputs"]!["question"]);
        Assert.Equal(near["calls"]!.ToJsonString(), far["calls"]!.ToJsonString());
        Assert.DoesNotContain("Where is my order?", far.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Classify  succeeded", (await RunAsync("runs", "show", (string)run["id"]!)).Succeeds().Output, StringComparison.Ordinal);
        (await RunAsync("runs", "show", new string('0', 32))).Ends(ExitCodes.NotFound);
        var assembly = typeof(Workflows.Desk).Assembly.Location;
        Assert.Equal((await anna.RunAsync("tenants", "check", "client-a", "--assembly", assembly)).Succeeds().Output, (await RunAsync("tenants", "check", "client-a")).Succeeds().Output);
        Assert.Contains("has no profile", (await RunAsync("tenants", "check", "nobody", "--workflow", "desk")).Ends(ExitCodes.Refused).Output, StringComparison.Ordinal);
        (await RunAsync("tenants", "check", "client-a", "--workflow", "other")).Ends(ExitCodes.NotFound);
        (await anna.RunAsync("tenants", "check", "client-a", "--workflow", "other", "--assembly", assembly)).Ends(ExitCodes.NotFound);
        (await anna.RunAsync("tenants", "check", "client-a")).Ends(ExitCodes.Usage);
        (await RunAsync("profiles", "disable", "client_a")).Succeeds();
        Assert.Equal(400, (await host.AskAsync(rotated)).Status);
        (await RunAsync("tenants", "remove", "client-a", "--purge", "--yes")).Succeeds();
        Assert.Empty((await anna.RunAsync("profiles", "list", "--json")).Json["profiles"]!.AsArray());
        (await RunAsync("profiles", "show", "client_a")).Ends(ExitCodes.NotFound);
        (await RunAsync("tenants", "remove", "nobody", "--yes")).Ends(ExitCodes.NotFound);
        Canary.IsNotIn(anna.Everything + olga.Everything, first, second, wrong);
    }

    [Fact]
    public async Task What_only_the_store_can_do_and_who_may_not_is_said()
    {
        await using var host = await HostAsync();

        (await RunAsync("administrators", "create", "other")).Ends(ExitCodes.Refused);
        (await RunAsync("backup", "b.tar.gz")).Ends(ExitCodes.Usage);
        (await RunAsync("profiles", "list", "--store", "elsewhere")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("administrators", "create", "reader", "--read-only", "--out", "reader.token")).Succeeds();
        File.Copy(Path.Combine(anna.Work, "reader.token"), Path.Combine(olga.Work, "reader.token"));
        (await RunAsync("profiles", "list", "--token-file", "reader.token")).Succeeds();
        (await olga.RunAsync("profiles", "list", "--host", new Uri(host.Address, "/v1").AbsoluteUri)).Succeeds();
        (await olga.RunAsync("profiles", "list", "--host", new Uri(host.Address, "/admin/v1/").AbsoluteUri)).Succeeds();
        (await RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "a", "--token-file", "reader.token")).Ends(ExitCodes.Refused);
        (await anna.RunAsync("administrators", "revoke", "reader", "--yes")).Succeeds();
        (await RunAsync("profiles", "list", "--token-file", "reader.token")).Ends(ExitCodes.Refused);
        (await olga.RunAsync("profiles", "list", "--host", new Uri(host.Address, "/nowhere").AbsoluteUri)).Ends(ExitCodes.Unavailable);
        (await olga.RunAsync("profiles", "list", "--host", "http://192.0.2.1")).Ends(ExitCodes.Usage);
        (await olga.RunAsync("profiles", "list", "--host", "http://127.0.0.1:1")).Ends(ExitCodes.Unavailable);
        Assert.False(Directory.Exists(olga.Store));
    }

    [Fact]
    public async Task Many_clients_are_added_at_once_here_and_at_a_host_or_none_is()
    {
        var keys = Enumerable.Range(0, 6).Select(static _ => Operator.NewKey()).ToArray();
        await using var host = await HostAsync();
        foreach (var (of, at) in ((Operator, int)[])[(anna, 0), (olga, 3)])
        {
            Task<Ran> On(Answers answers, params string[] arguments) => of == anna ? anna.RunAsync(answers, arguments) : RunAsync(answers, arguments);
            var clients = Answers.Piped($$"""
                {"clients":[{"profile":{"name":"c{{at}}","tenant":"t{{at}}","provider":"openai","api_key":"{{keys[at]}}"},"token":{"name":"w{{at}}","workflows":["desk"]} },
                            {"profile":{"name":"d{{at}}","provider":"openai","api_key":"{{keys[at + 1]}}"} }]}
                """);

            Assert.Contains("--out", (await On(clients, "profiles", "import", "-")).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
            Assert.Equal("2 profiles are stored, with 1 tokens, which are in the file that was named. Their keys were not tried.\n", (await On(clients, "profiles", "import", "-", "--out", "made.json")).Succeeds().Output);
            var made = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(of.Work, "made.json")))!;
            host.Models.Keys.Add(keys[at]);
            await host.AskUntilAsync((string)made["clients"]![0]!["token"]!["value"]!, static (status, _) => status == 200);
            var refused = (await On(clients, "profiles", "import", "-", "--out", "again.json")).Ends(ExitCodes.Conflict);
            Assert.StartsWith("Nothing was made. Mend this", refused.Error, StringComparison.Ordinal);
            Assert.Contains("clients[1], profile: There is a profile", refused.Error, StringComparison.Ordinal);
            (await On(Answers.Piped($$"""{"clients":[{"profile":{"name":"e","provider":"openai","apiKey":"{{keys[at + 2]}}"} }]}"""), "profiles", "import", "-")).Ends(ExitCodes.Refused);
        }
        Assert.Equal(["c0", "c3", "d0", "d3"], (await anna.RunAsync("profiles", "list", "--json")).Json["profiles"]!.AsArray().Select(static profile => (string)profile!["name"]!));
        Canary.IsNotIn(anna.Everything + olga.Everything, keys);
        Canary.IsInNoFile(anna.Root, keys);
    }

    /// <summary>Whoever is told that nobody names the tenant believes that its contents are gone.</summary>
    [Fact]
    public async Task An_address_that_is_no_host_says_nothing_of_a_tenant()
    {
        await using var host = await HostAsync();

        (await olga.RunAsync("tenants", "remove", "client-a", "--purge", "--yes", "--host", olga.Variable("at") + "elsewhere")).Ends(ExitCodes.Unavailable);
        (await RunAsync("tenants", "remove", "client-a", "--purge", "--yes")).Ends(ExitCodes.NotFound);
    }

    /// <summary>Another server, or a proxy that wants a login of its own: what was refused is not for the host to say.</summary>
    [Theory]
    [InlineData(401, "text/html", "<html>")]
    [InlineData(403, "application/json", "{\"error\":\"no\"}")]
    [InlineData(422, "application/json", "{\"code\":7,\"message\":\"no\"}")]
    [InlineData(400, "application/json", "[]")]
    public async Task What_is_no_administration_api_refuses_nothing(int status, string type, string body)
    {
        await using var host = await OddHost.StartAsync(async http =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (status, type);
            await http.Response.WriteAsync(body, http.RequestAborted);
        });
        olga.Set("KEYEDWORKFLOWS_ADMIN_TOKEN", "adm-" + new string('a', 43));

        Assert.Contains($"What answered is no administration API, or does not serve it at this address (status {status})", (await olga.RunAsync("profiles", "list", "--host", host.Address)).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_while_a_host_is_asked_to_change_something_says_that_it_may_have()
    {
        var asked = new TaskCompletionSource();
        await using var host = await OddHost.StartAsync(async http =>
        {
            if (http.Request.Method == "GET")
            {
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync("""{"data":[{"id":"0123456789abcdef0123456789abcdef","name":"web","workflows":[],"tenants":[],"profile_ids":[],"enabled":true,"revision":"1","created_at":"2030-01-01T00:00:00Z"}],"has_more":false}""", http.RequestAborted);
                return;
            }
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        olga.Set("KEYEDWORKFLOWS_ADMIN_TOKEN", "adm-" + new string('a', 43));

        await using var running = olga.Start("tokens", "rotate", "web", "--grace-hours", "0", "--host", host.Address);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        var ran = (await running.InterruptAsync()).Ends(ExitCodes.Interrupted);

        Assert.Contains("not known: look before you repeat it", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing was left half done", ran.Error, StringComparison.Ordinal);
    }

    private async Task<DeskHost> HostAsync()
    {
        var made = (await anna.RunAsync("administrators", "create", "ops-olga", "--expires", "30")).Succeeds();
        var host = await DeskHost.StartAsync(anna);
        olga.Set("KEYEDWORKFLOWS_STORE", null);
        olga.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);
        olga.Set("KEYEDWORKFLOWS_ADMIN_TOKEN", made.Output.Split("  ", 2)[1].Trim());
        olga.Set("at", new Uri(host.Address, "/").AbsoluteUri);
        return host;
    }

    private Task<Ran> RunAsync(params string[] arguments) => RunAsync(Answers.None, arguments);

    private Task<Ran> RunAsync(Answers answers, params string[] arguments) => olga.RunAsync(answers, [.. arguments, "--host", olga.Variable("at")]);
}
