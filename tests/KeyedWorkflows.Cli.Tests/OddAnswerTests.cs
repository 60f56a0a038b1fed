using KeyedWorkflows.Cli.Tests.Scene;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>A server that answers at the address that was named, and is no host, or one of another version: what it says is taken for no list, no export and no report.</summary>
public sealed class OddAnswerTests : IDisposable
{
    private const string Sentence = "The host answered something that this version of the command does not understand. Are both of one version?";

    private const string Profile = """{"id":"0123456789abcdef0123456789abcdef","name":"client_a","provider":"openai","enabled":true,"revision":"1"}""";

    private readonly Operator olga = new();

    public OddAnswerTests()
    {
        olga.Set("KEYEDWORKFLOWS_STORE", null);
        olga.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);
        olga.Set("KEYEDWORKFLOWS_ADMIN_TOKEN", "adm-" + new string('a', 43));
        olga.Set("KEYEDWORKFLOWS_TOKEN", "app-" + new string('a', 43));
    }

    public static TheoryData<string> Commands =>
    [
        "profiles list", "profiles list --json", "profiles show client_a", "profiles test client_a", "profiles export", "profiles export --out made.json",
        "tokens list", "tokens list --json", "tokens show web", "administrators list", "administrators list --json", "limits show", "limits show --json",
        "tenants list", "tenants list --json", "tenants show client-a", "tenants check client-a", "tenants check client-a --json",
        "runs list", "runs list --json", "runs show 0123456789abcdef0123456789abcdef", "usage", "usage --csv", "usage --json --out made.json",
        "audit list", "audit list --json", "audit verify", "audit verify --json", "audit report", "audit report --csv --out made.json",
        "explain desk --input -", "explain desk --input - --json", "explain --input -", "graph desk", "graph --json", "profiles import clients.json --out made.json", "profiles import export.json",
    ];

    /// <summary>The first has the status and no text.</summary>
    public static TheoryData<string> Answers =>
    [
        "", "{}", "[]", "null", "5", "\"yes\"", """{"data":[{"id":5}],"rows":[{}]}""", """{"data":[{}],"has_more":true}""", """{"data":[{}],"total":1,"has_more":true}""", """{"data":[null],"total":1,"has_more":false}""", """{"data":null,"total":0,"has_more":false}""",
        """{"data":{},"total":0,"has_more":false,"rows":{},"entries":{},"profiles":{}}""", """{"rows":[{}],"entries":[{}],"profiles":[{}],"version":1,"slots":[{}],"workflows":[{}],"can_run":true,"can_run_all":true,"input_schema":{},"graph":{}}""",
        """{"version":"1","profiles":[],"can_run":"yes","slots":[],"can_run_all":1,"workflows":[],"rows":[null],"entries":[null],"intact":true,"input_schema":[]}""",
    ];

    public static MatrixTheoryData<string, string> CommandsAndAnswers => new(Commands.Select(static row => row.Data), Answers.Select(static row => row.Data));

    public void Dispose() => olga.Dispose();

    [Theory]
    [MemberData(nameof(CommandsAndAnswers))]
    public async Task What_is_no_answer_of_a_host_is_told_and_nothing_is_made_of_it(string command, string answer)
    {
        await using var host = await HostAsync(http => SayAsync(http, answer));
        WriteFiles();

        var ran = await RunAsync(command, host);

        ran.Ends(ExitCodes.Unavailable);
        Assert.Empty(ran.Output);
        Assert.Contains(Sentence, ran.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(olga.Work, "made.json")));
    }

    [Theory]
    [InlineData("profiles list")]
    [InlineData("profiles list --json")]
    [InlineData("tenants list")]
    public async Task A_list_whose_pages_are_all_the_same_comes_to_an_end(string command)
    {
        await using var host = await HostAsync(static http => SayAsync(http, $$"""{"data":[{{Profile}}],"total":1000,"has_more":true}"""));

        var ran = (await RunAsync(command, host)).Ends(ExitCodes.Unavailable);

        Assert.Empty(ran.Output);
        Assert.Contains(Sentence, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audit_whose_pages_are_all_the_same_comes_to_an_end()
    {
        var entry = """{"number":1,"at":"2030-01-01T00:00:00Z","actor_kind":"host","actor":"host","action":"a","outcome":"done","count":1,"subject_kind":"profile","tenants":[],"changes":[],"mac":"00"}""";
        await using var host = await HostAsync(http => SayAsync(http, $$"""{"entries":[{{string.Join(',', Enumerable.Repeat(entry, 1000))}}]}"""));

        Assert.Contains(Sentence, (await RunAsync("audit list", host)).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clients.json --out made.json", "", "the clients were made is not known: look at 'workflows profiles list' and 'workflows tokens list' before you send the file again.")]
    [InlineData("clients.json --out made.json", "{}", "the clients were made is not known: look at 'workflows profiles list' and 'workflows tokens list' before you send the file again.")]
    [InlineData("clients.json --out made.json", """{"profiles":1,"tokens":1,"clients":[{"profile":{"id":"1"},"token":{"id":"2"}}]}""", "the clients were made is not known: look at 'workflows profiles list' and 'workflows tokens list' before you send the file again.")]
    [InlineData("clients.json --json", "{", "the clients were made is not known: look at 'workflows profiles list' and 'workflows tokens list' before you send the file again.")]
    [InlineData("clients.json --json", """{"profiles":0,"profiles":0,"tokens":0,"clients":[]}""", "the clients were made is not known: look at 'workflows profiles list' and 'workflows tokens list' before you send the file again.")]
    [InlineData("clients.json --json", """{"profiles":5,"tokens":5,"clients":[]}""", "the clients were made is not known: look at 'workflows profiles list' and 'workflows tokens list' before you send the file again.")]
    [InlineData("clients.json --json", "[]", "the clients were made is not known: look at 'workflows profiles list' and 'workflows tokens list' before you send the file again.")]
    [InlineData("export.json", "{}", "the profiles were made is not known: look at 'workflows profiles list' before you send the file again.")]
    public async Task An_import_that_was_sent_and_answered_by_something_else_says_that_it_may_have_been_done(string arguments, string answer, string then)
    {
        await using var host = await HostAsync(http => SayAsync(http, http.Request.Method == "GET" ? """{"data":[],"total":0,"has_more":false}""" : answer));
        WriteFiles();

        var ran = (await RunAsync("profiles import " + arguments, host)).Ends(ExitCodes.Unavailable);

        Assert.Empty(ran.Output);
        Assert.Contains(Sentence, ran.Error, StringComparison.Ordinal);
        Assert.Contains("Whether " + then, ran.Error.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(olga.Work, "made.json")));
    }

    [Theory]
    [InlineData("profiles list")]
    [InlineData("explain desk --input -")]
    public async Task An_answer_that_says_a_member_twice_is_none(string command)
    {
        await using var host = await HostAsync(static http => SayAsync(http, """{"data":[],"data":[],"total":0,"has_more":false,"can_run":true,"can_run":false,"slots":[]}"""));

        Assert.Empty((await RunAsync(command, host)).Ends(ExitCodes.Unavailable).Output);
    }

    /// <summary>Whoever is told that a token is revoked relies on it.</summary>
    [Fact]
    public async Task Something_else_than_nothing_is_no_answer_to_a_deletion()
    {
        await using var host = await HostAsync(http => SayAsync(http, http.Request.Method == "GET" ? $$"""{"data":[{{Profile}}],"total":1,"has_more":false}""" : "{}"));

        Assert.Contains(Sentence, (await RunAsync("profiles delete client_a --yes", host)).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
    }

    private static Task<OddHost> HostAsync(Func<HttpContext, Task> answer) => OddHost.StartAsync(answer);

    private static async Task SayAsync(HttpContext http, string answer)
    {
        if (answer.Length == 0)
        {
            http.Response.StatusCode = 204;
            return;
        }
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer, http.RequestAborted);
    }

    private void WriteFiles()
    {
        File.WriteAllText(Path.Combine(olga.Work, "clients.json"), $$"""{"clients":[{"profile":{"name":"c","tenant":"t","provider":"openai","api_key":"{{Operator.NewKey()}}"},"token":{"name":"w","workflows":["desk"]} }]}""");
        File.WriteAllText(Path.Combine(olga.Work, "export.json"), """{"version":1,"profiles":[]}""");
    }

    private Task<Ran> RunAsync(string command, OddHost host) => olga.RunAsync(Scene.Answers.Piped("{}"), [.. command.Split(' '), "--host", host.Address]);
}
