namespace KeyedWorkflows.Storage.Tests;

/// <summary>A head belongs to one database, wherever that lies and whatever it is called.</summary>
public sealed class AuditPlaceTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Whoever may empty the tables may rename what holds them, too.</summary>
    [Fact]
    public async Task A_schema_that_is_renamed_is_no_other_place()
    {
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql);
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        directory.TakeAuditAway();
        directory.Execute("DO $$ BEGIN EXECUTE 'ALTER SCHEMA public RENAME TO other'; EXECUTE format('ALTER DATABASE %I SET search_path = other', current_database()); END $$");

        using var after = new StoreHost(directory);

        Assert.Contains("Critical The audit begins anew", after.Log.Text, StringComparison.Ordinal);
        await after.AssertAuditBrokenAsync(AuditFault.Gap, 1);
    }

    /// <summary>Who may write to a database may have names lead elsewhere, operators as well.</summary>
    [Fact]
    public async Task A_search_path_makes_no_other_place_of_a_database()
    {
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql);
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        directory.TakeAuditAway();
        directory.Execute("""
            CREATE FUNCTION public.never(name, name) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
            CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, PROCEDURE = public.never);
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$
            """);

        using var after = new StoreHost(directory);

        Assert.Contains("Critical The audit begins anew", after.Log.Text, StringComparison.Ordinal);
        await after.AssertAuditBrokenAsync(AuditFault.Gap, 1);
    }

    [Fact]
    public async Task A_database_that_is_made_anew_under_the_name_of_another_says_so()
    {
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql);
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        directory.Renew();

        using var after = new StoreHost(directory);

        Assert.Contains("Critical The audit begins anew", after.Log.Text, StringComparison.Ordinal);
        await after.AssertAuditBrokenAsync(AuditFault.Gap, 1);
    }

    /// <summary>As one does who looks into a backup on the same machine.</summary>
    [Fact]
    public async Task A_copy_of_the_database_has_a_head_of_its_own()
    {
        using var directory = new StoreDirectory();
        using var copied = new StoreDirectory();
        void Share(StorageOptions options) => (options.KeyRingPath, options.KeyEncryptionKeyFile) = (directory.Ring, directory.KeyEncryptionKey);
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(copied.Database)!);
        copied.Restore(directory.Backup());
        using (var copy = new StoreHost(copied, Share))
        {
            await copy.FillAuditAsync(5, "copy");
            Assert.True((await copy.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        }

        using var again = new StoreHost(directory);
        Assert.True((await again.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        await again.FillAuditAsync(1, "more");
        Assert.True((await again.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        Assert.DoesNotContain("Critical", again.Log.Text, StringComparison.Ordinal);

        // Were it the same, moved back from there, its end would be missing: that is said.
        Assert.Contains("went on to 8:", (await again.Audit.VerifyAsync(cancellationToken: Cancel)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Databases_that_share_a_ring_know_nothing_of_each_others_heads(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var other = new StoreDirectory(kind);
        void Share(StorageOptions options) => (options.KeyRingPath, options.KeyEncryptionKeyFile) = (directory.Ring, directory.KeyEncryptionKey);
        for (var start = 0; start < 2; start++)
        {
            using var one = new StoreHost(directory);
            using var two = new StoreHost(other, Share);
            await one.FillAuditAsync(2, "start" + start);
            await two.FillAuditAsync(3, "start" + start);

            Assert.True((await one.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
            Assert.True((await two.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        }
        Assert.Equal(2, Directory.GetFiles(Path.Combine(directory.Ring, "audit"), "*.head").Length);
    }

    [Fact]
    public async Task A_database_that_was_moved_is_watched_where_it_lies_now()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(2);
        using var moved = new StoreDirectory();
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(moved.Database)!);
        moved.Restore(directory.Backup());
        void Moved(StorageOptions options) => (options.KeyRingPath, options.KeyEncryptionKeyFile) = (directory.Ring, directory.KeyEncryptionKey);
        using (var there = new StoreHost(moved, Moved))
            Assert.True((await there.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        moved.TakeAuditAway();

        using var after = new StoreHost(moved, Moved);

        await after.AssertAuditBrokenAsync(AuditFault.Gap, 1);
    }

    /// <summary>Heads of an earlier version do not say of which database they are.</summary>
    [Fact]
    public async Task A_head_that_names_no_database_counts_where_the_audit_begins_and_is_named_when_its_host_starts()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(2);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(directory.Ring, "audit"), "*.head"));
        var written = await File.ReadAllLinesAsync(file, Cancel);
        File.Delete(file);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(file)!, Path.GetFileName(file)[..16] + ".head"), written[0] + "\n", Cancel);
        using (var host = new StoreHost(directory))
            Assert.Equal(written, await File.ReadAllLinesAsync(file, Cancel));
        File.Delete(file);
        directory.TakeAuditAway();

        using var after = new StoreHost(directory);

        await after.AssertAuditBrokenAsync(AuditFault.Gap, 1);
    }

    /// <summary>A pipe in the place of a head is waited for by nobody.</summary>
    [Fact]
    public async Task What_lies_in_the_place_of_a_head_holds_nobody_up()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no pipes in directories.");
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        var own = Assert.Single(Directory.GetFiles(Path.Combine(directory.Ring, "audit"), "*.head"));
        File.Delete(own);
        foreach (var path in (string[])[own, Path.Combine(directory.Ring, "audit", new string('a', 16) + ".head")])
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", path);
            await made.WaitForExitAsync(Cancel);
        }

        await Task.Run(
            async () =>
            {
                using var host = new StoreHost(directory);
                await host.FillAuditAsync(1, "more");
                Assert.True((await host.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
            },
            Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }
}
