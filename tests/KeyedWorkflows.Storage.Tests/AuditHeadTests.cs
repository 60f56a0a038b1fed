namespace KeyedWorkflows.Storage.Tests;

/// <summary>Somebody who takes of the audit away is found, by a head that lies apart.</summary>
public sealed class AuditHeadTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
            await host.AssertAuditBrokenAsync(AuditFault.Truncated, 1);
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
        directory.TakeAuditAway();

        using (var first = new StoreHost(directory))
        {
            Assert.Contains("Critical The audit begins anew", first.Log.Text, StringComparison.Ordinal);
            await first.FillAuditAsync(3, "more");
            await first.AssertAuditBrokenAsync(AuditFault.Gap, 1);
        }

        // Another process begins nothing, and finds what the first noted.
        using var second = new StoreHost(directory);
        Assert.DoesNotContain("begins anew", second.Log.Text, StringComparison.Ordinal);
        await second.AssertAuditBrokenAsync(AuditFault.Gap, 1);
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
        directory.TakeAuditAway();
        Directory.Move(heads, heads + "-away");

        using (var without = new StoreHost(directory))
        {
            await without.FillAuditAsync(2, "more");
            Assert.True((await without.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
            foreach (var file in Directory.GetFiles(heads + "-away", "*.head"))
                File.Copy(file, Path.Combine(heads, Path.GetFileName(file)));
            await without.AssertAuditBrokenAsync(AuditFault.Truncated, 3);

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
            await without.AssertAuditBrokenAsync(AuditFault.Truncated, 5);
            Assert.True((await without.Audit.VerifyAsync(after: 5, cancellationToken: Cancel)).IsIntact);
        }

        using var after = new StoreHost(directory);
        await after.AssertAuditBrokenAsync(AuditFault.Gap, 7);
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

        await after.AssertAuditBrokenAsync(AuditFault.KeyLost, 1);
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
            await second.AssertAuditBrokenAsync(AuditFault.Altered, number);
        else
            Assert.Equal((AuditFault.Gap, 3L), await second.Audit.VerifyAsync(after: 1, cancellationToken: Cancel) is var verified ? (verified.Fault, verified.FirstBroken) : default);
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

            await other.AssertAuditBrokenAsync(AuditFault.Gap, 3);
        }
        using var after = new StoreHost(directory);
        await after.AssertAuditBrokenAsync(AuditFault.Gap, 3);
    }

    /// <summary>An audit was taken away, which is noted, and came back from a backup and went on. Whoever keeps the rows of the time between puts them back in its place.</summary>
    [Fact]
    public async Task A_note_of_a_former_end_says_nothing_of_what_was_written_since()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await host.FillAuditAsync(3);
        directory.Execute("CREATE TABLE first_entries AS SELECT * FROM audit_entries; CREATE TABLE first_tenants AS SELECT * FROM audit_tenants; CREATE TABLE first_keys AS SELECT * FROM host_keys");
        directory.TakeAuditAway();
        using (var between = new StoreHost(directory))
            await between.AssertAuditBrokenAsync(AuditFault.Gap, 1);
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
}
