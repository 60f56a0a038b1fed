namespace KeyedWorkflows.Storage.Tests;

/// <summary>Somebody who alters the audit past the store is found.</summary>
public sealed class AuditChainTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Rule 24: an edit, a removal and a rewriting are found, and so is a truncation, by a head that lies apart.</summary>
    [Fact]
    public async Task AuditTruncationAndRewriteFound()
    {
        using var directory = new StoreDirectory();
        AuditHead kept;
        using (var host = new StoreHost(directory))
        {
            await host.FillAuditAsync(12);
            kept = (await host.Audit.VerifyAsync(cancellationToken: Cancel)).Head!;
            directory.Execute("CREATE TABLE kept AS SELECT * FROM audit_entries");

            // Cut off at its end: this process knows, and so does who kept the head.
            directory.Execute("DELETE FROM audit_entries WHERE Number > 9; DELETE FROM audit_tenants WHERE Number > 9");
            await host.AssertAuditBrokenAsync(AuditFault.Truncated, 10);
        }

        // Another process knows by what lies beside the ring,
        using (var ring = new StoreHost(directory))
        {
            // and notes it for good when it starts: the audit goes on, and does not pass for whole.
            Assert.Contains("Critical Entries were taken away from the audit: entry 12", ring.Log.Text, StringComparison.Ordinal);
            await ring.AssertAuditBrokenAsync(AuditFault.Gap, 10);
            Assert.False((await ring.Audit.VerifyAsync(kept, cancellationToken: Cancel)).IsIntact);
            Assert.Equal(AuditFault.Truncated, (await ring.Audit.VerifyAsync(kept, after: 10, Cancel)).Fault);

            // What follows is examined by itself.
            await ring.FillAuditAsync(3, "more");
            Assert.True((await ring.Audit.VerifyAsync(after: 10, cancellationToken: Cancel)).IsIntact);
        }
    }

    /// <summary>Each entry confirms the one before it: one that was written truly, under its number and by the host's key, is found all the same where it did not stand.</summary>
    [Fact]
    public async Task A_true_entry_of_another_course_of_things_is_found()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
        {
            await host.FillAuditAsync(6);
            directory.Execute("CREATE TABLE six AS SELECT * FROM audit_entries WHERE Number = 6; CREATE TABLE six_tenants AS SELECT * FROM audit_tenants WHERE Number = 6");
            directory.Execute("DELETE FROM audit_entries WHERE Number = 6; DELETE FROM audit_tenants WHERE Number = 6");
        }
        using var after = new StoreHost(directory);
        await after.FillAuditAsync(2, "more");
        await after.AssertAuditBrokenAsync(AuditFault.Gap, 6);

        // The note of the gap is exchanged for the entry that stood there before.
        directory.Execute("DELETE FROM audit_entries WHERE Number = 6; INSERT INTO audit_entries SELECT * FROM six; INSERT INTO audit_tenants SELECT * FROM six_tenants");

        await after.AssertAuditBrokenAsync(AuditFault.Altered, 7);
    }

    /// <summary>Whoever can write to the database puts something in the table's place that tells an auditor's question from the examination.</summary>
    [Fact]
    public async Task What_the_examination_is_shown_is_in_the_report()
    {
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql);
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(new() { Name = "one", Tenant = "acme", Provider = "openai" }, Cancel);
        await host.Profiles.CreateAsync(new() { Name = "two", Tenant = "acme", Provider = "openai" }, Cancel);
        directory.Execute("""
            ALTER TABLE audit_entries RENAME TO kept;
            CREATE VIEW audit_entries AS SELECT * FROM kept WHERE "Number" <> 2 OR current_query() NOT LIKE '%audit_tenants%' AND current_query() NOT LIKE '%"At" %'
            """);

        var report = await host.Audit.ReportAsync(new() { Tenant = "acme", From = host.Time.GetUtcNow().AddDays(-1) }, Cancel);

        Assert.True((await host.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        Assert.Equal([1, 2], report.Entries.Select(static entry => entry.Number));
    }

    /// <summary>Who reads page by page takes one that is not full for the last.</summary>
    [Fact]
    public async Task An_entry_that_cannot_be_read_makes_no_page_shorter()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await host.FillAuditAsync(5);
        directory.Execute("UPDATE audit_entries SET Content = x'00' WHERE Number = 2");

        Assert.Equal([1, 3, 4], (await host.Audit.ReadAsync(new() { Limit = 3 }, Cancel)).Select(static entry => entry.Number));
        Assert.Equal([5, 4, 3, 1], (await host.Audit.ReadAsync(new() { Limit = 5, NewestFirst = true }, Cancel)).Select(static entry => entry.Number));
        Assert.Equal([1, 3, 4, 5], (await host.Audit.ReportAsync(new(), Cancel)).Entries.Select(static entry => entry.Number));
    }

    [Fact]
    public async Task Entries_under_a_lost_ring_are_confirmed_again_when_it_comes_back()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        Directory.Move(directory.Ring, directory.Ring + "-away");
        using (var without = new StoreHost(directory))
        {
            await without.FillAuditAsync(1, "new");
            Assert.Equal(AuditFault.KeyLost, (await without.Audit.VerifyAsync(cancellationToken: Cancel)).Fault);
        }
        foreach (var file in Directory.GetFiles(directory.Ring + "-away"))
            File.Copy(file, Path.Combine(directory.Ring, Path.GetFileName(file)));

        using var restored = new StoreHost(directory);

        var verified = await restored.Audit.VerifyAsync(cancellationToken: Cancel);
        Assert.True(verified.IsIntact, verified.Message);
        await restored.Profiles.ReEncryptAsync(Cancel);
        using var reEncrypted = new StoreHost(directory);
        Assert.True((await reEncrypted.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
    }

    /// <summary>Whatever is done to one entry or two, drawn at random, is found at the first of them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_edit_is_found_at_its_first_entry(int seed)
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await host.FillAuditAsync(20);
        Assert.True((await host.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        directory.Execute("CREATE TABLE e AS SELECT * FROM audit_entries; CREATE TABLE t AS SELECT * FROM audit_tenants");
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var one = random.Next(1, 20);
            var other = random.Next(one + 1, 21);
            var sql = random.Next(11) switch
            {
                0 => $"UPDATE audit_entries SET Content = replace(Content, 'profile.', 'profilf.') WHERE Number = {one}",
                1 => $"UPDATE audit_entries SET At = At + 1 WHERE Number = {one}",
                2 => $"UPDATE audit_entries SET ActorName = 'nobody' WHERE Number = {one}",
                3 => $"UPDATE audit_entries SET ActorId = 'nobody' WHERE Number = {one}",
                4 => $"UPDATE audit_entries SET SubjectId = NULL WHERE Number = {one}",
                5 => $"UPDATE audit_entries SET Mac = zeroblob(32) WHERE Number = {one}",
                6 => $"DELETE FROM audit_tenants WHERE Number = {one}",
                7 => $"UPDATE audit_tenants SET Tenant = 'other' WHERE Number = {one}",
                8 => $"DELETE FROM audit_entries WHERE Number = {one}",

                // Taken away, and those after it moved up; put in, and those after it moved down; exchanged.
                9 => $"DELETE FROM audit_entries WHERE Number = {one}; UPDATE audit_entries SET Number = -Number + 1 WHERE Number > {one}; UPDATE audit_entries SET Number = -Number WHERE Number < 0",
                _ => $"UPDATE audit_entries SET Number = -1 WHERE Number = {one}; UPDATE audit_entries SET Number = {one} WHERE Number = {other}; UPDATE audit_entries SET Number = {other} WHERE Number = -1",
            };
            directory.Execute(sql);

            var verified = await host.Audit.VerifyAsync(cancellationToken: Cancel);
            Assert.True(verified.FirstBroken == one, $"{sql}: {verified.Message}");
            Assert.Equal(one - 1, verified.Entries);
            directory.Execute("DELETE FROM audit_entries; DELETE FROM audit_tenants; INSERT INTO audit_entries SELECT * FROM e; INSERT INTO audit_tenants SELECT * FROM t");
            Assert.True((await host.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        }
    }

    [Fact]
    public async Task An_entry_that_was_made_without_the_key_is_found()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await host.FillAuditAsync(3);

        directory.Execute("INSERT INTO audit_entries SELECT 4, At, ActorId, ActorName, SubjectId, replace(Content, '\"number\":3', '\"number\":4'), Mac FROM audit_entries WHERE Number = 3");

        await host.AssertAuditBrokenAsync(AuditFault.Altered, 4);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Several_hosts_append_to_one_chain(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var one = new StoreHost(directory);
        using var other = new StoreHost(directory);

        await Task.WhenAll(one.FillAuditAsync(30, "one"), other.FillAuditAsync(30, "other"), one.FillAuditAsync(30, "third"));

        foreach (var host in (StoreHost[])[one, other])
        {
            var verified = await host.Audit.VerifyAsync(cancellationToken: Cancel);
            Assert.True(verified.IsIntact, verified.Message);
            Assert.Equal(90, verified.Entries);
        }
    }
}
