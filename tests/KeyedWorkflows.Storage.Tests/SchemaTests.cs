using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace KeyedWorkflows.Storage.Tests;

public sealed class SchemaTests : IDisposable
{
    private readonly StoreDirectory directory = new();

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    public void Dispose() => directory.Dispose();

    [Theory]
    [MemberData(nameof(Databases))]
    public void The_migrations_make_the_models_in_use(DatabaseKind kind)
    {
        using var place = new StoreDirectory(kind);
        using var host = new StoreHost(place);
        using var profiles = host.Storage.Database.Open();
        using var history = host.Storage.Database.OpenHistory();

        foreach (var context in (DbContext[])[profiles, history])
        {
            Assert.False(context.Database.HasPendingModelChanges());
            Assert.Empty(context.Database.GetPendingMigrations());
        }
        Assert.Equal(["20261124000000_Profiles", "20261128000000_ChangeNumbers", "20261205000000_Tokens", "20261219000000_Audit", "20261220000000_Administration"], profiles.Database.GetAppliedMigrations());
        Assert.Equal(["20261205000000_Runs", "20261212000000_Usage", "20261219000000_Budgets", "20261227000000_BudgetMarks", "20270103000000_IdempotencyHolds"], history.Database.GetAppliedMigrations());
    }

    [Fact]
    public void Migrations_name_no_type_of_one_database()
    {
        using var host = new StoreHost(directory);
        using var profiles = host.Storage.Database.Open();
        using var history = host.Storage.Database.OpenHistory();

        foreach (var context in (DbContext[])[profiles, history])
        {
            var migrations = context.GetService<IMigrationsAssembly>();
            foreach (var migration in migrations.Migrations.Values)
            {
                var operations = migrations.CreateMigration(migration, context.Database.ProviderName!).UpOperations;
                Assert.NotEmpty(operations);
                Assert.All(operations.OfType<CreateTableOperation>().SelectMany(table => table.Columns).Concat(operations.OfType<AddColumnOperation>()), column => Assert.Null(column.ColumnType));
                Assert.All(operations, operation => Assert.DoesNotContain(operation.GetAnnotations(), IsOfOne));
            }
        }
    }

    [Fact]
    public void The_models_name_nothing_of_one_database()
    {
        using var host = new StoreHost(directory);
        using var profiles = host.Storage.Database.Open();
        using var history = host.Storage.Database.OpenHistory();

        foreach (var table in ((DbContext[])[profiles, history]).SelectMany(static context => context.GetService<IDesignTimeModel>().Model.GetEntityTypes()))
        {
            Assert.DoesNotContain(table.GetAnnotations(), IsOfOne);
            Assert.All(table.GetProperties(), column =>
            {
                Assert.DoesNotContain(column.GetAnnotations(), IsOfOne);
                Assert.Null(column.FindAnnotation(RelationalAnnotationNames.ColumnType));
                Assert.Null(column.GetCollation());
                Assert.Null(column.GetDefaultValueSql());

                // SQLite heeds no length. Where one is heeded, what is stored must have one that was thought of.
                Assert.True(column.ClrType != typeof(string) || column.GetMaxLength() is not null, $"{table.GetTableName()}.{column.Name} has no length.");
            });
        }
    }

    [Fact]
    public async Task A_database_of_the_version_before_the_server_keeps_its_profiles()
    {
        var key = Secret.From(StoreHost.NewKey());
        ProfileListing made;

        // As that version left it: no table of tokens, and no file of runs.
        using (var before = new StoreHost(directory))
            made = await before.Profiles.CreateAsync(StoreHost.Draft("a", key.Reveal()), TestContext.Current.CancellationToken);
        directory.Execute("DROP TABLE tokens; DROP TABLE former_tokens; DROP TABLE administrators; DROP TABLE audit_entries; DROP TABLE audit_tenants; DELETE FROM host_keys WHERE Name <> 'fingerprint'; DELETE FROM __EFMigrationsHistory WHERE MigrationId >= '20261205'");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(directory.History)!, Path.GetFileName(directory.History) + "*"))
            File.Delete(file);
        using (var database = new SqliteStorageDatabase(directory.Database))
        using (var context = database.Open())
            Assert.Equal(["20261124000000_Profiles", "20261128000000_ChangeNumbers"], context.Database.GetAppliedMigrations());

        using var after = new StoreHost(directory);

        Assert.Equal(key, await after.RunAsync("a"));
        Assert.Equal(made.Id, (await after.FindAsync("a"))!.Id);
        await after.Tokens.CreateAsync(new() { Name = "t", ProfileIds = [made.Id] }, TestContext.Current.CancellationToken);
        await after.Runs.StartAsync(ARun.Start());
    }

    [Fact]
    public async Task Tokens_of_the_version_before_rotation_are_taken_and_rotated()
    {
        CreatedToken made;
        using (var before = new StoreHost(directory))
            made = await before.Tokens.CreateAsync(new() { Name = "t", PinnedTenant = "acme" }, TestContext.Current.CancellationToken);
        directory.Execute("DROP INDEX \"IX_tokens_FormerHash\"; ALTER TABLE tokens DROP COLUMN \"FormerHash\"; DROP TABLE administrators; DELETE FROM __EFMigrationsHistory WHERE MigrationId >= '20261220'");

        using var after = new StoreHost(directory);

        var hash = TokenHash.Of(System.Text.Encoding.UTF8.GetBytes(made.Value.Reveal()));
        Assert.Equivalent(made.Token, await after.TokenStore.FindByHashAsync(hash, TestContext.Current.CancellationToken), strict: true);
        await after.Tokens.RotateAsync(made.Token.Id, TimeSpan.FromHours(1), null, TestContext.Current.CancellationToken);
        Assert.Equal(made.Token.Id, (await after.TokenStore.FindByHashAsync(hash, TestContext.Current.CancellationToken))!.Id);
    }

    [Fact]
    public async Task A_database_of_the_first_version_is_brought_to_the_newest()
    {
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(directory.Database)!);
        PrivateFiles.Create(directory.Database);
        using (var database = new SqliteStorageDatabase(directory.Database))
        using (var context = database.Open())
        {
            context.GetService<IMigrator>().Migrate("20261124000000_Profiles");
            Assert.NotEmpty(context.Database.GetPendingMigrations());
        }

        using var after = new StoreHost(directory);

        await after.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await after.RunAsync("a");
        Assert.Equal(1, after.Storage.Watch.Newest.Number);
    }

    [Fact]
    public async Task A_second_start_leaves_everything_as_it_is()
    {
        using (var host = new StoreHost(directory))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);

        using var again = new StoreHost(directory);

        await again.RunAsync("a");
    }

    private static bool IsOfOne(IAnnotation annotation) => annotation.Name.StartsWith("Sqlite", StringComparison.Ordinal) || annotation.Name.StartsWith("Npgsql", StringComparison.Ordinal);
}
