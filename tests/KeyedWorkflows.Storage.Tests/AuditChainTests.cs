using System.Globalization;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>Somebody who alters the audit past the store, or takes of it away, is found.</summary>
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
            await BrokenAsync(host, AuditFault.Truncated, 10);
        }

        // Another process knows by what lies beside the ring,
        using (var ring = new StoreHost(directory))
        {
            // and notes it for good when it starts: the audit goes on, and does not pass for whole.
            Assert.Contains("Critical Entries were taken away from the audit: entry 12", ring.Log.Text, StringComparison.Ordinal);
            await BrokenAsync(ring, AuditFault.Gap, 10);
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
        await BrokenAsync(after, AuditFault.Gap, 6);

        // The note of the gap is exchanged for the entry that stood there before.
        directory.Execute("DELETE FROM audit_entries WHERE Number = 6; INSERT INTO audit_entries SELECT * FROM six; INSERT INTO audit_tenants SELECT * FROM six_tenants");

        await BrokenAsync(after, AuditFault.Altered, 7);
    }

    [Fact]
    public async Task An_audit_that_was_emptied_or_whose_key_was_taken_is_not_whole()
    {
        using var directory = new StoreDirectory();
        AuditHead kept;
        using (var host = new StoreHost(directory))
        {
            await host.FillAuditAsync(5);
            kept = (await host.Audit.VerifyAsync(cancellationToken: Cancel)).Head!;
            directory.Execute("CREATE TABLE all_entries AS SELECT * FROM audit_entries; DELETE FROM audit_entries; DELETE FROM audit_tenants");
            await BrokenAsync(host, AuditFault.Truncated, 1);
        }
        directory.Execute("INSERT INTO audit_entries SELECT * FROM all_entries; DELETE FROM host_keys WHERE Name = 'audit'");

        using var after = new StoreHost(directory);

        // A new key was made. What stands there under the former one cannot be confirmed, and what is new begins with a note.
        var verified = await after.Audit.VerifyAsync(cancellationToken: Cancel);
        Assert.Equal((AuditFault.KeyLost, 1L), (verified.Fault, verified.FirstBroken));
        Assert.Equal("audit.key_renewed", (await after.Audit.ReadAsync(new() { After = 5 }, Cancel))[0].Action);
        Assert.True((await after.Audit.VerifyAsync(after: 5, cancellationToken: Cancel)).IsIntact);
        Assert.False((await after.Audit.VerifyAsync(kept, cancellationToken: Cancel)).IsIntact);
    }

    /// <summary>All entries and the audit's key are taken away: what is left of them is the head beside the ring, which names another key.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_audit_that_begins_anew_beside_a_former_one_says_so_for_good(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        AuditHead kept;
        using (var host = new StoreHost(directory))
        {
            await host.FillAuditAsync(2);
            kept = host.Storage.Audit.Known!;
            Assert.DoesNotContain("begins anew", host.Log.Text, StringComparison.Ordinal);
        }
        TakeAway(directory);

        using (var first = new StoreHost(directory))
        {
            Assert.Contains("Critical The audit begins anew", first.Log.Text, StringComparison.Ordinal);
            await first.FillAuditAsync(3, "more");
            await BrokenAsync(first, AuditFault.Gap, 1);
        }

        // Another process begins nothing, and finds what the first noted.
        using var second = new StoreHost(directory);
        Assert.DoesNotContain("begins anew", second.Log.Text, StringComparison.Ordinal);
        await BrokenAsync(second, AuditFault.Gap, 1);
        var entry = (await second.Audit.ReadAsync(new() { Limit = 1 }, Cancel))[0];
        Assert.Equal(("audit.begun_anew", "audit", AuditActor.Host), (entry.Action, entry.SubjectKind, entry.Actor));
        Assert.Equal([$"expected {kept}", "found nothing"], entry.Changes);
        Assert.Single(Directory.GetFiles(Path.Combine(directory.Ring, "audit"), entry.SubjectId + "-*.head"));

        // Who knows why examines what follows.
        Assert.True((await second.Audit.VerifyAsync(after: 1, cancellationToken: Cancel)).IsIntact);
    }

    /// <summary>A host without the former heads, such as a new node, began the audit: one that has them does not take it for whole.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_head_that_no_entry_leads_to_is_found(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        var heads = Path.Combine(directory.Ring, "audit");
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(5);
        TakeAway(directory);
        Directory.Move(heads, heads + "-away");

        using (var without = new StoreHost(directory))
        {
            await without.FillAuditAsync(2, "more");
            Assert.True((await without.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
            foreach (var file in Directory.GetFiles(heads + "-away", "*.head"))
                File.Copy(file, Path.Combine(heads, Path.GetFileName(file)));
            await BrokenAsync(without, AuditFault.Truncated, 3);

            // A note that somebody puts in among what was accepted does not lead to it, under whichever key it says to be.
            var mark = Path.GetFileName(Directory.GetFiles(heads + "-away", "*.head")[0])[..16];
            var (content, number) = kind == DatabaseKind.Sqlite ? ("CAST(json_set(CAST(Content AS TEXT), '$.action', 'audit.begun_anew', '$.subject_id', '" + mark + "') AS BLOB)", "Number")
                : ("convert_to(jsonb_set(jsonb_set(convert_from(\"Content\", 'UTF8')::jsonb, '{action}', '\"audit.begun_anew\"'), '{subject_id}', '\"" + mark + "\"')::text, 'UTF8')", "\"Number\"");
            directory.Execute(kind == DatabaseKind.Sqlite
                ? $"CREATE TABLE kept AS SELECT * FROM audit_entries; UPDATE audit_entries SET SubjectId = '{mark}', Content = {content} WHERE {number} = 1"
                : $"CREATE TABLE kept AS SELECT * FROM audit_entries; UPDATE audit_entries SET \"SubjectId\" = '{mark}', \"Content\" = {content} WHERE {number} = 1");
            Assert.Equal(AuditFault.Truncated, (await without.Audit.VerifyAsync(after: 1, cancellationToken: Cancel)).Fault);
            directory.Execute("DELETE FROM audit_entries; INSERT INTO audit_entries SELECT * FROM kept; DROP TABLE kept");

            // What was taken as it is up to there is not asked for.
            await without.FillAuditAsync(4, "many");
            await BrokenAsync(without, AuditFault.Truncated, 5);
            Assert.True((await without.Audit.VerifyAsync(after: 5, cancellationToken: Cancel)).IsIntact);
        }

        using var after = new StoreHost(directory);
        await BrokenAsync(after, AuditFault.Gap, 7);
        Assert.True((await after.Audit.VerifyAsync(after: 7, cancellationToken: Cancel)).IsIntact);
    }

    [Fact]
    public async Task Entries_that_are_taken_away_with_the_key_of_those_that_remain_are_noted()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(9);
        directory.Execute("DELETE FROM audit_entries WHERE Number > 3; DELETE FROM audit_tenants WHERE Number > 3; DELETE FROM host_keys WHERE Name = 'audit'");

        using var after = new StoreHost(directory);

        await BrokenAsync(after, AuditFault.KeyLost, 1);
        Assert.Equal(["audit.key_renewed", "audit.begun_anew"], (await after.Audit.ReadAsync(new() { After = 3 }, Cancel)).Select(static entry => entry.Action));
        Assert.Equal((AuditFault.Gap, 5L), await after.Audit.VerifyAsync(after: 3, cancellationToken: Cancel) is var verified ? (verified.Fault, verified.FirstBroken) : default);
    }

    /// <summary>Whoever can write to the database takes the audit away, and its key, and has an entry say that it was begun anew: under a number that nobody examines, or among those that were accepted before.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_note_that_the_host_did_not_write_hides_nothing(int number)
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(5);
        var mark = Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(directory.Ring, "audit"), "*.head")))[..16];
        directory.Execute($"""
            UPDATE audit_entries SET SubjectId = '{mark}', Content = CAST(json_set(CAST(Content AS TEXT), '$.action', 'audit.begun_anew', '$.subject_id', '{mark}', '$.number', {number}) AS BLOB), Number = {number} WHERE Number = 1;
            DELETE FROM audit_entries WHERE Number > 1; DELETE FROM audit_tenants; DELETE FROM host_keys WHERE Name = 'audit'
            """);

        using (var first = new StoreHost(directory))
        {
            Assert.Contains("Critical The audit begins anew", first.Log.Text, StringComparison.Ordinal);
            await first.FillAuditAsync(2, "more");
            Assert.False((await first.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        }
        using var second = new StoreHost(directory);
        Assert.False((await second.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
        Assert.DoesNotContain("begins anew", second.Log.Text, StringComparison.Ordinal);
        if (number < 1)
            await BrokenAsync(second, AuditFault.Altered, number);
        else
            Assert.Equal((AuditFault.Gap, 3L), await second.Audit.VerifyAsync(after: 1, cancellationToken: Cancel) is var verified ? (verified.Fault, verified.FirstBroken) : default);
    }

    /// <summary>Whoever may empty the tables may rename what holds them, too.</summary>
    [Fact]
    public async Task A_schema_that_is_renamed_is_no_other_place()
    {
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql);
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        TakeAway(directory);
        directory.Execute("DO $$ BEGIN EXECUTE 'ALTER SCHEMA public RENAME TO other'; EXECUTE format('ALTER DATABASE %I SET search_path = other', current_database()); END $$");

        using var after = new StoreHost(directory);

        Assert.Contains("Critical The audit begins anew", after.Log.Text, StringComparison.Ordinal);
        await BrokenAsync(after, AuditFault.Gap, 1);
    }

    /// <summary>What one host wrote last is taken away, and another, which had not heard of it, is made to write past it: what the first had written is in neither's memory when it is started again.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_end_that_is_cut_off_before_a_host_that_did_not_know_it_writes_is_noted(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using (var other = new StoreHost(directory))
        {
            await other.FillAuditAsync(2);
            using (var one = new StoreHost(directory))
                await one.FillAuditAsync(3, "hidden");
            directory.Execute("DELETE FROM audit_entries WHERE \"Number\" > 2; DELETE FROM audit_tenants WHERE \"Number\" > 2");

            await other.FillAuditAsync(6, "more");

            await BrokenAsync(other, AuditFault.Gap, 3);
        }
        using var after = new StoreHost(directory);
        await BrokenAsync(after, AuditFault.Gap, 3);
    }

    /// <summary>Who may write to a database may have names lead elsewhere, operators as well.</summary>
    [Fact]
    public async Task A_search_path_makes_no_other_place_of_a_database()
    {
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql);
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        TakeAway(directory);
        directory.Execute("""
            CREATE FUNCTION public.never(name, name) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
            CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, PROCEDURE = public.never);
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$
            """);

        using var after = new StoreHost(directory);

        Assert.Contains("Critical The audit begins anew", after.Log.Text, StringComparison.Ordinal);
        await BrokenAsync(after, AuditFault.Gap, 1);
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
        await BrokenAsync(after, AuditFault.Gap, 1);
    }

    /// <summary>An audit was taken away, which is noted, and came back from a backup and went on. Whoever keeps the rows of the time between puts them back in its place.</summary>
    [Fact]
    public async Task A_note_of_a_former_end_says_nothing_of_what_was_written_since()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        directory.Execute("CREATE TABLE first_entries AS SELECT * FROM audit_entries; CREATE TABLE first_tenants AS SELECT * FROM audit_tenants; CREATE TABLE first_keys AS SELECT * FROM host_keys");
        TakeAway(directory);
        using (var between = new StoreHost(directory))
            await BrokenAsync(between, AuditFault.Gap, 1);
        directory.Execute("CREATE TABLE between_entries AS SELECT * FROM audit_entries; CREATE TABLE between_tenants AS SELECT * FROM audit_tenants; CREATE TABLE between_keys AS SELECT * FROM host_keys");
        PutBack("first");
        using (var restored = new StoreHost(directory))
            await restored.FillAuditAsync(5, "since");

        PutBack("between");

        using var after = new StoreHost(directory);
        Assert.Contains("Critical The audit begins anew", after.Log.Text, StringComparison.Ordinal);
        Assert.Equal((AuditFault.Gap, 2L), await after.Audit.VerifyAsync(after: 1, cancellationToken: Cancel) is var verified ? (verified.Fault, verified.FirstBroken) : default);

        void PutBack(string time) => directory.Execute(
            $"DELETE FROM audit_entries; DELETE FROM audit_tenants; DELETE FROM host_keys; INSERT INTO audit_entries SELECT * FROM {time}_entries; INSERT INTO audit_tenants SELECT * FROM {time}_tenants; INSERT INTO host_keys SELECT * FROM {time}_keys");
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
        TakeAway(moved);

        using var after = new StoreHost(moved, Moved);

        await BrokenAsync(after, AuditFault.Gap, 1);
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
        TakeAway(directory);

        using var after = new StoreHost(directory);

        await BrokenAsync(after, AuditFault.Gap, 1);
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

        await BrokenAsync(host, AuditFault.Altered, 4);
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

    [Fact]
    public async Task The_head_goes_to_the_log_every_hundredth_entry()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);

        await host.FillAuditAsync(99);
        Assert.DoesNotContain("The audit's head is", host.Log.Text, StringComparison.Ordinal);
        await host.FillAuditAsync(1, "hundredth");

        Assert.Contains("The audit's head is 100:", host.Log.Text, StringComparison.Ordinal);
        Assert.True(AuditHead.TryParse(host.Storage.Audit.Known!.ToString(), out var read) && read == host.Storage.Audit.Known);
    }

    /// <summary>Another process may have written a newer head since: it stays, unless the chain itself began anew.</summary>
    [Fact]
    public void An_older_head_does_not_replace_a_newer_one()
    {
        using var directory = new StoreDirectory();
        var file = new AuditHeadFile(directory.Ring, new string('a', 16), "here");
        AuditHead older = new(3, new string('3', 64)), newer = new(5, new string('5', 64));

        file.Write(newer, isNewBeginning: false);
        file.Write(older, isNewBeginning: false);
        Assert.Equal(newer, file.Read());

        file.Write(older, isNewBeginning: true);
        Assert.Equal(older, file.Read());
    }

    private static void TakeAway(StoreDirectory directory) => directory.Execute("DELETE FROM audit_entries; DELETE FROM audit_tenants; DELETE FROM host_keys WHERE \"Name\" = 'audit'");

    private static async Task BrokenAsync(StoreHost host, AuditFault fault, long first)
    {
        var verified = await host.Audit.VerifyAsync(cancellationToken: Cancel);
        Assert.Equal((fault, first), (verified.Fault, verified.FirstBroken));
        Assert.False(verified.IsIntact);
        Assert.Contains(first.ToString(CultureInfo.InvariantCulture), verified.Message, StringComparison.Ordinal);
    }
}
