using System.Globalization;
using System.Text;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage.Tests;
using Npgsql;

namespace KeyedWorkflows.Server.Tests.Isolation;

/// <summary>The same over PostgreSQL: what is looked through is every cell of every table, and the host's own directory.</summary>
[Collection(HeavyTests.Name)]
public sealed class PostgreSqlIsolationOverHttpTests : IsolationOverHttpTests, IDisposable
{
    private readonly string? database;

    public PostgreSqlIsolationOverHttpTests()
    {
        Assert.SkipWhen(PostgreSqlServer.Absence is not null, PostgreSqlServer.Absence ?? "");
        database = PostgreSqlServer.Shared.CreateDatabase();
    }

    private protected override ServerSceneOptions Options => new() { AddStore = (builder, configure) => builder.AddPostgreSqlStorage(database!, configure) };

    public void Dispose()
    {
        if (database is not null)
            PostgreSqlServer.Shared.DropDatabase(database);
    }

    private protected override async Task<string> ReadStoreAsync(ServerScene scene)
    {
        var text = new StringBuilder();
        await using var source = NpgsqlDataSource.Create(database!);
        List<string> tables = [];
        await using (var list = source.CreateCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        await using (var reader = await list.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                tables.Add(reader.GetString(0));
        }
        Assert.Contains("runs", tables);
        foreach (var table in tables)
        {
            await using var all = source.CreateCommand($"SELECT * FROM \"{table}\"");
            await using var reader = await all.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                for (var i = 0; i < reader.FieldCount; i++)
                    text.Append('\n').Append(reader.GetValue(i) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
            }
        }
        foreach (var file in Directory.GetFiles(scene.Directory, "*", SearchOption.AllDirectories))
            text.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
        return text.ToString();
    }
}
