using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Profiles, and many clients, from a file.</summary>
public sealed class ProfileImportTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    /// <summary>Who mends a file of many clients, and gives it again, wants to hear once of all that is wrong.</summary>
    [Fact]
    public async Task All_that_is_wrong_with_many_clients_is_told_at_once_by_index()
    {
        var keys = Enumerable.Range(0, 9).Select(static _ => Operator.NewKey()).ToArray();
        await anna.AddProfileAsync("there", "client-a", Operator.NewKey());
        var own = (string)(await anna.RunAsync("tokens", "create", "web", "--workflow", "desk", "--tenant", "client-a", "--json")).Succeeds().Json["value"]!;
        var text = $$"""
            {"clients":[
            {"profile":{"name":"a","tenant":"t","provider":"openai","api_key":"{{keys[0]}}"},"token":{"name":"wa","workflows":["desk"]} },
            {"profile":{"name":"b","tenant":"t","provider":"openai","api_key":"'{{keys[1]}}'"},"token":{"name":"wa","workflows":["desk"]} },
            {"profile":{"name":"there","provider":"openai","api_key":"{{keys[2]}}"} },
            {"profile":{"name":"NO NAME","provider":"openai","api_key":"{{keys[3]}}"} },
            {"profile":{"name":"e","provider":"openai","api_key":"{{own}}"},"token":{"name":"we","workflows":5} },
            {"profile":{"name":"a","provider":"openai","api_key":"{{keys[5]}}"} },
            {"profile":{"name":"g","provider":"openai","api_key":"{{keys[6]}}"},"token":{"name":"web","workflows":["desk"],"tenants":["t"]} }
            ]}
            """;

        var refused = (await anna.RunAsync(Answers.Piped(text), "profiles", "import", "-", "--out", "made.json")).Ends(ExitCodes.Refused).Error;

        Assert.StartsWith("Nothing was made. Mend this, and give all of it again: clients[1], profile: Field 'api_key' must be the key without the quotes around it.", refused, StringComparison.Ordinal);
        string[] told = ["clients[1], profile: Field 'api_key'", "clients[1], token: Its token has the name that clients[0] has", "clients[2], profile: There is a profile", "clients[3], profile: ", "clients[4], profile: Field 'api_key'", "clients[4], token: Field 'workflows'", "clients[5], profile: Its profile has the name that clients[0] has", "clients[6], token: There is a token"];
        var places = told.Select(one => refused.IndexOf(one, StringComparison.Ordinal)).ToArray();
        Assert.True(places.All(static at => at >= 0), refused);
        Assert.Equal(places.Order(), places);
        Assert.Equal(told.Length, refused.Split("clients[").Length - 1 - 2);
        Assert.Single((await anna.RunAsync("profiles", "list", "--json")).Succeeds().Json["profiles"]!.AsArray());
        Assert.False(File.Exists(Path.Combine(anna.Work, "made.json")));
        Canary.IsNotIn(refused, [.. keys, own]);
    }

    [Fact]
    public async Task Clients_of_which_nothing_can_be_told_are_not_half_imported()
    {
        static string Clients(string name, string token) => $$"""{"clients":[{"profile":{"name":"{{name}}","tenant":"client-a","provider":"openai","api_key":"{{Operator.NewKey()}}"}{{token}} }]}""";
        const string Token = ""","token":{"name":"web","workflows":["desk"],"pinned_tenant":"client-a"}""";

        (await anna.RunAsync(Answers.Piped(Clients("a", Token)), "profiles", "import", "-", "--out", "none/made.json")).Ends(ExitCodes.NotFound);
        (await anna.RunAsync(Answers.Piped(Clients("a", Token)), "profiles", "import", "-", "--out", ".")).Ends(ExitCodes.Conflict);
        Assert.False(File.Exists(anna.Database));
        var out1 = (await anna.RunAsync(Answers.Piped(Clients("b", Token)), "profiles", "import", "-", "--out", "made.json", "--json")).Succeeds();
        (await anna.RunAsync("tokens", "revoke", "web", "--yes")).Succeeds();
        anna.IsOutputLost = true;
        var untold = (await anna.RunAsync(Answers.Piped(Clients("c", "")), "profiles", "import", "-", "--json")).Ends(ExitCodes.Unavailable);
        var revoked = (await anna.RunAsync(Answers.Piped(Clients("d", Token)), "profiles", "import", "-", "--json")).Ends(ExitCodes.Unavailable);

        Assert.Equal((1, 1, Path.Combine(anna.Work, "made.json")), ((int)out1.Json["profiles"]!, (int)out1.Json["tokens"]!, (string)out1.Json["out"]!));
        Assert.Contains("1 profiles are stored. What was to be told of them could not be written", untold.Error, StringComparison.Ordinal);
        Assert.Contains("Their 1 tokens could not be told, and are revoked again", revoked.Error, StringComparison.Ordinal);
        Assert.Equal(["b", "c", "d"], (await anna.RunAsync("profiles", "list", "--json")).Json["profiles"]!.AsArray().Select(static profile => (string)profile!["name"]!));
        Assert.Empty((await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]!.AsArray());
    }

    [Fact]
    public async Task An_export_holds_no_secret_and_its_import_is_disabled_until_each_has_a_key()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        using var other = new Operator();

        var exported = (await anna.RunAsync("profiles", "export", "--out", "export.json")).Succeeds();
        var file = Path.Combine(anna.Work, "export.json");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        (await anna.RunAsync("profiles", "export", "--out", "export.json")).Ends(ExitCodes.Conflict);
        var imported = (await other.RunAsync("profiles", "import", file)).Succeeds();
        var again = (await other.RunAsync(Answers.Piped('\uFEFF' + File.ReadAllText(file)), "profiles", "import", "-", "--json")).Succeeds();

        Assert.Equal("", exported.Output);
        Assert.Equal("Created, disabled and without a key: client_a.\n", imported.Output);
        Assert.Equal("client_a", (string?)again.Json["skipped"]![0]);
        (await other.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "rotate", "client_a", "--force")).Succeeds();
        (await other.RunAsync("profiles", "enable", "client_a")).Succeeds();
        Canary.IsInNoFile(anna.Work, key);
    }

    [Fact]
    public async Task A_broken_import_changes_nothing_and_is_not_repeated()
    {
        var key = Operator.NewKey();
        File.WriteAllText(Path.Combine(anna.Work, "bad.json"), $$"""{"version":1,"profiles":[{"name":"a","provider":"openai"},{"name":"b","provider":"openai","apiKey":"{{key}}"}]}""");

        var ran = await anna.RunAsync("profiles", "import", "bad.json");

        ran.Ends(ExitCodes.Refused);
        (await anna.RunAsync("profiles", "import", "none.json")).Ends(ExitCodes.NotFound);
        Assert.Empty((await anna.RunAsync("profiles", "list", "--json")).Json["profiles"]!.AsArray());
        Canary.IsNotIn(anna.Everything, key);
    }

    [Theory]
    [InlineData("{\"clients\":[\n{\"profile\":{\"name\":\"a\",\"provider\":\"openai\"", 2)]
    [InlineData("{\"clients\":[\n{\"profile\":{\"name\":\"a\",\"provider\":\"openai\"}},\n]}", 3)]
    [InlineData("{\"version\":1,\"profiles\":[],\n}", 2)]
    [InlineData("", 1)]
    public async Task A_file_that_is_no_json_is_called_so_with_its_line(string text, int line)
    {
        File.WriteAllText(Path.Combine(anna.Work, "clients.json"), text);

        foreach (var more in (string[][])[[], ["--out", "made.json"], ["--json"]])
            Assert.Contains($"What was given is no JSON: it is cut off, or mistaken, at line {line}. It is not repeated here. Nothing was made.", (await anna.RunAsync(["profiles", "import", "clients.json", .. more])).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);

        Assert.False(Directory.Exists(anna.Store));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"client\":[]}")]
    [InlineData("5")]
    public async Task Json_of_another_form_is_told_of_both_that_are_taken(string text)
    {
        var refused = (await anna.RunAsync(Answers.Piped(text), "profiles", "import", "-")).Ends(ExitCodes.Refused).Error;

        Assert.Contains("""{"version":1,"profiles":[…]}""", refused, StringComparison.Ordinal);
        Assert.Contains("""{"clients":[{"profile":{…},"token":{…}}]}""", refused, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was made.\n", refused, StringComparison.Ordinal);
    }
}
