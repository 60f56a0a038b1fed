using KeyedWorkflows.Server.Tests.Administration;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage.Tests;

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

    private protected override Task<string> ReadStoreAsync(ServerScene scene) => EveryByte.ReadAsync(scene, database!);
}
