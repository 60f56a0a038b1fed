using KeyedWorkflows.Cli.Tests.Scene;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>What an operator sees of tenants, limits and runs.</summary>
public sealed class OverviewTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task Runs_and_tenants_are_listed_and_shown()
    {
        var (a, b) = (Operator.NewKey(), Operator.NewKey());
        await anna.AddProfileAsync("client_a", "client-a", a);
        await anna.AddProfileAsync("client_b", "client-b", b);
        var (tokenA, tokenB) = (await TokenAsync("web-a", "client-a"), await TokenAsync("web-b", "client-b"));
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(a);
        var run = (string)(await host.AskAsync(tokenA)).Answer["workflow_run_id"]!;
        await host.AskAsync(tokenB);

        var all = (await anna.RunAsync("runs", "list", "--json")).Succeeds().Json;
        var failed = (await anna.RunAsync("runs", "list", "--status", "failed", "--json")).Succeeds().Json;
        var table = (await anna.RunAsync("runs", "list", "--tenant", "client-a")).Succeeds();
        var shown = (await anna.RunAsync("runs", "show", run)).Succeeds();
        var detail = (await anna.RunAsync("runs", "show", run, "--json")).Succeeds().Json;

        Assert.Equal(2, (int)all["total"]!);
        Assert.Equal("client-b", (string?)Assert.Single(failed["runs"]!.AsArray())!["tenant"]);
        Assert.Contains($"{run}  desk      client-a  ada   succeeded", table.Output, StringComparison.Ordinal);
        Assert.Contains("paid by   client_a", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Classify  succeeded", shown.Output, StringComparison.Ordinal);
        Assert.Equal("Where is my order?", (string?)detail["inputs"]!["question"]);
        Assert.Equal(["Classify", "Draft", "Finish"], detail["steps"]!.AsArray().Select(static step => (string)step!["step"]!));
        Assert.Equal(2, detail["calls"]!.AsArray().Count);
        Assert.Empty((await anna.RunAsync("runs", "list", "--since", "2999-01-01", "--json")).Succeeds().Json["runs"]!.AsArray());
        (await anna.RunAsync("runs", "show", new string('0', 32))).Ends(ExitCodes.NotFound);
        (await anna.RunAsync("runs", "show", "nothing")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("runs", "list", "--status", "odd")).Ends(ExitCodes.Usage);

        var tenants = (await anna.RunAsync("tenants", "list", "--json")).Succeeds().Json["tenants"]!.AsArray();
        Assert.Equal(["client-a", "client-b"], tenants.Select(static tenant => (string)tenant!["tenant"]!));
        Assert.Equal(1, (int)tenants[0]!["month"]!["runs"]!);
        Assert.Contains("profiles    client_a\n", (await anna.RunAsync("tenants", "show", "client-a")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'client-a'?", (await anna.RunAsync("tenants", "show", "client_a")).Ends(ExitCodes.NotFound).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_are_set_one_by_one_shown_and_taken_away()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        await TokenAsync("web-a", "client-a");

        var set = (await anna.RunAsync("limits", "set", "client_a", "--month-money", "200", "--day-tokens", "5000")).Succeeds();
        (await anna.RunAsync("limits", "set", "client_a", "--requests-per-minute", "60")).Succeeds();
        (await anna.RunAsync("limits", "set", "web-a", "--of-token", "--tokens-per-minute", "1000", "--day-money", "1.5", "--currency", "EUR", "--soft")).Succeeds();
        var shown = (await anna.RunAsync("limits", "show", "--json")).Succeeds().Json["limits"]!.AsArray();
        var table = (await anna.RunAsync("limits", "show", "--tenant", "client-a")).Succeeds();

        Assert.Equal("Profile 'client_a': 5000 tokens a day, 200.00 USD a month.\n", set.Output);
        Assert.Equal((60, "200", 5000L), ((int)shown[0]!["limits"]!["requests_per_minute"]!, (string)shown[0]!["limits"]!["month"]!["money"]!, (long)shown[0]!["limits"]!["day"]!["tokens"]!));
        Assert.Equal(("EUR", true), ((string)shown[1]!["limits"]!["day"]!["currency"]!, (bool)shown[1]!["limits"]!["day"]!["soft"]!));
        Assert.Contains("1.50 EUR (warns only)", table.Output, StringComparison.Ordinal);
        Assert.Equal("Profile 'client_a': 60 requests a minute, 200.00 USD a month.\n", (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "none")).Succeeds().Output);
        Assert.Equal("Profile 'client_a': no limits.\n", (await anna.RunAsync("limits", "set", "client_a", "--clear")).Succeeds().Output);
        Assert.Equal("Profile 'client_a': 0 tokens a day.\n", (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "0")).Succeeds().Output);
        (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "-1")).Ends(ExitCodes.Usage);

        // A budget stays soft, and a currency that of its own money.
        (await anna.RunAsync("limits", "set", "client_a", "--day-money", "20", "--soft")).Succeeds();
        Assert.Equal("Profile 'client_a': 7 tokens or 20.00 USD (warns only) a day, 200.00 EUR a month.\n", (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "7", "--month-money", "200", "--currency", "EUR")).Succeeds().Output);
        Assert.Equal("Profile 'client_a': 8 tokens or 20.00 USD a day, 200.00 EUR a month.\n", (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "8", "--soft", "false")).Succeeds().Output);
        (await anna.RunAsync("limits", "set", "client_a", "--requests-per-minute", "0")).Ends(ExitCodes.Refused);
        (await anna.RunAsync("limits", "set", "client_a", "--month-money", "1", "--currency", "euro")).Ends(ExitCodes.Refused);
        (await anna.RunAsync("limits", "set", "client_a")).Ends(ExitCodes.Usage);
        Assert.Equal(16, ((string)(await anna.RunAsync("profiles", "show", "client_a", "--json")).Json["key_fingerprint"]!).Length);
    }

    /// <summary>The host may have prices of its own, which the command line does not know: so it is said, and not refused.</summary>
    [Fact]
    public async Task A_budget_in_a_currency_without_prices_is_warned_of()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());

        var euros = (await anna.RunAsync("limits", "set", "client_a", "--day-money", "0.000001", "--currency", "EUR")).Succeeds();
        var unknown = (await anna.RunAsync("limits", "set", "client_a", "--month-money", "5", "--currency", "XXZ", "--json")).Succeeds();

        Assert.Contains("none is in EUR. The budget in EUR counts nothing", euros.Error, StringComparison.Ordinal);
        Assert.Contains("KeyedWorkflows:Prices", euros.Error, StringComparison.Ordinal);
        Assert.Contains("none is in XXZ", unknown.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("EUR", unknown.Error, StringComparison.Ordinal);
        Assert.Equal("XXZ", (string?)unknown.Json["limits"]!["month"]!["currency"]);
        Assert.Empty((await anna.RunAsync("limits", "set", "client_a", "--requests-per-minute", "60")).Succeeds().Error);
        Assert.Empty((await anna.RunAsync("limits", "set", "client_a", "--day-money", "5", "--currency", "USD")).Succeeds().Error);
    }

    [Fact]
    public async Task A_budget_that_the_command_line_sets_bites_in_the_running_host()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        var token = await TokenAsync("web-a", "client-a");
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(key);
        Assert.Equal(200, (await host.AskAsync(token)).Status);

        // What was used is booked before the run's end is told.
        (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "1000", "--month-money", "1")).Succeeds();
        var used = (await anna.RunAsync("limits", "show", "--json")).Succeeds().Json["limits"]![0]!;
        var (row, tokens) = ((await anna.RunAsync("usage", "--by", "profile", "--json")).Succeeds().Json["rows"]![0]!, (long)used["day"]!["tokens"]!);
        Assert.Equal((long)row["input_tokens"]! + (long)row["output_tokens"]!, tokens);
        Assert.Equal(tokens / 10m, (decimal)used["day"]!["percent"]!);
        Assert.Equal(("USD", (string)row["price"]!), ((string)used["month"]!["currency"]!, (string)used["month"]!["money"]!));
        Assert.Contains($"{tokens / 10m:0.#} %: {tokens} tokens", (await anna.RunAsync("limits", "show", "--time-zone", "Europe/Berlin")).Succeeds().Output, StringComparison.Ordinal);
        (await anna.RunAsync("limits", "show", "--time-zone", "Nowhere")).Ends(ExitCodes.Usage);

        (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "0")).Succeeds();
        await host.AskUntilAsync(token, static (_, answer) => (string?)(answer["error_code"] ?? answer["data"]?["error_code"]) == WorkflowErrorCodes.BudgetSpent);
        (await anna.RunAsync("limits", "set", "client_a", "--clear")).Succeeds();
        await host.AskUntilAsync(token, static (status, answer) => status == 200 && (string?)answer["data"]?["status"] == "succeeded");
    }

    /// <summary>Texts of callers reach the operator's terminal.</summary>
    [Fact]
    public void What_callers_say_moves_no_cursor()
    {
        using var output = new StringWriter();
        new Cli.Output.Details().Add("user", "ada\u001b[2Jx\r\nroot\u202Egnp").WriteTo(output);

        Assert.Equal("user  ada·[2Jx··root·gnp" + output.NewLine, output.ToString());
    }

    [Fact]
    public async Task A_rich_terminal_gets_borders_and_no_color_gets_plain_text()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        anna.HasRichTerminal = true;

        var rich = (await anna.RunAsync("profiles", "list")).Succeeds();
        anna.Set("NO_COLOR", "1");
        var plain = (await anna.RunAsync("profiles", "list")).Succeeds();

        Assert.Contains("╭", rich.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", plain.Output, StringComparison.Ordinal);
        Assert.StartsWith("NAME", plain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_narrow_terminal_breaks_no_name_and_no_key()
    {
        var name = "client_of_a_name_that_is_as_long_as_names_may_be_".PadRight(64, 'x');
        await anna.AddProfileAsync(name, "tenant-of_a_rather_long_name_as_well", Operator.NewKey());
        var key = (string)(await anna.RunAsync("profiles", "show", name, "--json")).Succeeds().Json["key_fingerprint"]!;
        anna.HasRichTerminal = true;

        var rich = (await anna.RunAsync("profiles", "list")).Succeeds();

        Assert.Contains("╭", rich.Output, StringComparison.Ordinal);
        Assert.Contains(name, rich.Output, StringComparison.Ordinal);
        Assert.Contains("tenant-of_a_rather_long_name_as_well", rich.Output, StringComparison.Ordinal);
        Assert.Contains(key, rich.Output, StringComparison.Ordinal);
    }

    private async Task<string> TokenAsync(string name, string tenant) =>
        (string)(await anna.RunAsync("tokens", "create", name, "--workflow", "desk", "--pinned-tenant", tenant, "--json")).Succeeds().Json["value"]!;
}
