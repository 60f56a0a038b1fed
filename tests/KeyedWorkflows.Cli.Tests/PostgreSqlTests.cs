using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Storage.Tests;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>The same commands on a store in PostgreSQL, beside a host that serves it.</summary>
public sealed class PostgreSqlTests : IDisposable
{
    private readonly Operator anna = new();
    private readonly string database;

    public PostgreSqlTests()
    {
        Assert.SkipWhen(PostgreSqlServer.Absence is not null, PostgreSqlServer.Absence ?? "");
        database = PostgreSqlServer.Shared.CreateDatabase();
        anna.Set("KEYEDWORKFLOWS_POSTGRES", database);
        anna.Set("KEYEDWORKFLOWS_RING", anna.PathOf("store/ring"));
        anna.Set("KEYEDWORKFLOWS_STORE", null);
    }

    public void Dispose()
    {
        PostgreSqlServer.Shared.DropDatabase(database);
        anna.Dispose();
    }

    [Fact]
    public async Task What_the_command_line_writes_a_host_on_the_same_database_uses_within_a_second()
    {
        var (key, rotated) = (Operator.NewKey(), Operator.NewKey());
        (await anna.RunAsync(Answers.Hidden(key), "profiles", "add", "client_a", "--tenant", "client-a", "--model", "gpt-4o-mini", "--postgres")).Succeeds();
        var token = (string)(await anna.RunAsync("tokens", "create", "web-a", "--workflow", "desk", "--pinned-tenant", "client-a", "--json", "--postgres")).Succeeds().Json["value"]!;
        await using var host = await DeskHost.StartAsync(anna, database: database);
        host.Models.Keys.Add(key);
        host.Models.Keys.Add(rotated);

        Assert.Equal(200, (await host.AskAsync(token)).Status);
        (await anna.RunAsync(Answers.Hidden(rotated), "profiles", "rotate", "client_a", "--force", "--postgres")).Succeeds();
        await host.AskUntilAsync(token, (_, _) => host.Models.Usage(rotated).Requests > 1);
        (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "0", "--postgres")).Succeeds();
        await host.AskUntilAsync(token, static (status, _) => status == 429);

        var calls = (host.Models.Usage(key).Requests + host.Models.Usage(rotated).Requests, host.Models.Usage(key).PromptTokens + host.Models.Usage(rotated).PromptTokens);
        var used = Assert.Single((await anna.RunAsync("usage", "--json", "--by", "tenant", "--postgres")).Succeeds().Json["rows"]!.AsArray())!;
        Assert.Equal(calls, ((int)used["calls"]!, (long)used["input_tokens"]!));
        Assert.NotEmpty((await anna.RunAsync("runs", "list", "--json", "--postgres")).Succeeds().Json["runs"]!.AsArray());
        Assert.True((bool)(await anna.RunAsync("audit", "verify", "--json", "--postgres")).Succeeds().Json["intact"]!);
        (await anna.RunAsync("tenants", "remove", "client-a", "--purge", "--yes", "--postgres")).Succeeds();
        await host.AskUntilAsync(token, static (status, _) => status == 401);
        Canary.IsNotIn(anna.Everything, key, rotated);
    }

    [Fact]
    public async Task What_only_looks_makes_no_store_in_an_empty_database()
    {
        foreach (var command in (string[][])[["usage"], ["profiles", "list"], ["audit", "verify"]])
            Assert.Contains("There is no store in the database", (await anna.RunAsync([.. command, "--postgres"])).Ends(ExitCodes.NotFound).Error, StringComparison.Ordinal);

        await using var connection = new Npgsql.NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var count = new Npgsql.NpgsqlCommand("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'", connection);
        Assert.Equal(0L, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(anna.PathOf("store/ring")));
    }

    [Fact]
    public async Task A_server_that_is_away_and_a_backup_are_refused_in_a_sentence()
    {
        (await anna.RunAsync("backup", "b.tar.gz", "--postgres")).Ends(ExitCodes.Refused);
        Assert.Contains("pg_dump", anna.Everything, StringComparison.Ordinal);

        anna.Set("KEYEDWORKFLOWS_POSTGRES", "Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2");
        (await anna.RunAsync("profiles", "list", "--postgres")).Ends(ExitCodes.Unavailable);
        Assert.Contains("PostgreSQL does not answer: nothing listens at Host and Port", anna.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_server_is_said_in_a_sentence_of_its_own()
    {
        var good = new Npgsql.NpgsqlConnectionStringBuilder(database);
        Assert.Contains("has no database of the name", await RefusedAsync(new Npgsql.NpgsqlConnectionStringBuilder(database) { Database = "kw_none" }.ConnectionString), StringComparison.Ordinal);
        Assert.Contains("refuses the login", await RefusedAsync(new Npgsql.NpgsqlConnectionStringBuilder(database) { Username = "kw_nobody", Password = "wrong" }.ConnectionString), StringComparison.Ordinal);
        Assert.Contains("is not known", await RefusedAsync("Host=kw.invalid;Username=nobody;Database=none;Timeout=5"), StringComparison.Ordinal);

        foreach (var malformed in (string[])[$"postgres://nobody:{good.Database}@127.0.0.1/none", "nothing", "Username=nobody", "Port=many"])
        {
            anna.Set("KEYEDWORKFLOWS_POSTGRES", malformed);
            var said = (await anna.RunAsync("profiles", "list", "--postgres")).Ends(ExitCodes.Usage).Error;
            Assert.Contains("A connection string looks like: Host=", said, StringComparison.Ordinal);
            Assert.DoesNotContain(good.Database!, said, StringComparison.Ordinal);
        }

        async Task<string> RefusedAsync(string connection)
        {
            anna.Set("KEYEDWORKFLOWS_POSTGRES", connection);
            return (await anna.RunAsync("profiles", "list", "--postgres")).Ends(ExitCodes.Unavailable).Error;
        }
    }
}
