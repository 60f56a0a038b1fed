using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Tests;

public sealed class SchemaTests : IDisposable
{
    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_migrations_make_the_model_in_use()
    {
        using var host = new StoreHost(directory);
        using var context = host.Storage.Database.Open();

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Empty(context.Database.GetPendingMigrations());
        Assert.Equal(["20261124000000_Profiles"], context.Database.GetAppliedMigrations());
    }

    [Fact]
    public void Migrations_name_no_type_of_one_database()
    {
        using var host = new StoreHost(directory);
        using var context = host.Storage.Database.Open();
        var migrations = context.GetService<IMigrationsAssembly>();

        foreach (var migration in migrations.Migrations.Values)
        {
            var tables = migrations.CreateMigration(migration, context.Database.ProviderName!).UpOperations.OfType<Microsoft.EntityFrameworkCore.Migrations.Operations.CreateTableOperation>().ToArray();
            Assert.NotEmpty(tables);
            Assert.All(tables.SelectMany(table => table.Columns), column => Assert.Null(column.ColumnType));
        }
    }

    [Fact]
    public async Task A_second_start_leaves_everything_as_it_is()
    {
        using (var host = new StoreHost(directory))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);

        using var again = new StoreHost(directory);

        await again.RunAsync("a");
    }
}
