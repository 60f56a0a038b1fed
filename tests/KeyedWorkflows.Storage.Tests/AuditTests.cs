using System.Globalization;
using System.Text.Json;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>Who changed what is written with the change, and shows when somebody alters it past the store.</summary>
public sealed class AuditTests
{
    private static readonly AuditActor Olga = new("operator", "olga", address: "10.0.0.7");

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Every_change_is_written_with_who_what_and_which_fields(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var profiles = host.Profiles.As(Olga);
        var tokens = host.Tokens.As(Olga);

        var made = await profiles.CreateAsync(StoreHost.Draft("a", tenant: "acme") with { Labels = new Dictionary<string, string> { ["note"] = "of-nobody" }, Limits = new() { Month = new() { Tokens = 5 } } }, Cancel);
        var rotated = await profiles.RotateKeyAsync(made.Id, Secret.From(StoreHost.NewKey()), Cancel);
        await profiles.ReplaceAsync(made.Id, StoreHost.Draft("a", tenant: "bolt"), cancellationToken: Cancel);
        await profiles.SetEnabledAsync(made.Id, false, Cancel);
        await profiles.SetEnabledAsync(made.Id, true, Cancel);
        await profiles.ImportAsync((await profiles.ExportAsync(Cancel)).Replace("\"a\"", "\"copy\"", StringComparison.Ordinal), Cancel);
        await profiles.ReEncryptAsync(Cancel);
        await profiles.DeleteAsync(made.Id, Cancel);
        var token = (await tokens.CreateAsync(new() { Name = "t", Tenants = ["acme", "bolt"], Workflows = ["ask"] }, Cancel)).Token;
        await tokens.ReplaceAsync(token.Id, new() { Name = "u", Tenants = ["acme"], Workflows = ["ask"], RequestsPerMinute = 5, Limits = new() { TokensPerMinute = 5 } }, cancellationToken: Cancel);
        await tokens.SetEnabledAsync(token.Id, false, Cancel);
        await tokens.SetEnabledAsync(token.Id, true, Cancel);
        await tokens.RevokeAsync(token.Id, Cancel);
        await host.Profiles.CreateAsync(StoreHost.Draft("own"), Cancel);

        var entries = await host.Audit.ReadAsync(new(), Cancel);
        Assert.Equal(
            [
                ("profile.create", "a", "acme"), ("profile.rotate", "a", "acme"), ("profile.replace", "a", "acme|bolt"), ("profile.disable", "a", "bolt"), ("profile.enable", "a", "bolt"), ("profile.import", "copy", "bolt"),
                ("store.re_encrypt", null, ""), ("profile.delete", "a", "bolt"), ("token.create", "t", "acme|bolt"), ("token.replace", "u", "acme|bolt"), ("token.disable", "u", "acme"), ("token.enable", "u", "acme"),
                ("token.revoke", "u", "acme"), ("profile.create", "own", "acme"),
            ],
            entries.Select(static entry => (entry.Action, entry.SubjectName, string.Join('|', entry.Tenants))));
        Assert.All(entries, static entry => Assert.Equal(("done", 1L), (entry.Outcome, entry.Count)));
        Assert.All(entries.SkipLast(1), static entry => Assert.Equal(Olga, entry.Actor));
        Assert.Equal(AuditActor.Host, entries[^1].Actor);
        Assert.Equal(["tenant", "provider", "model", "key none -> " + made.KeyFingerprint, "labels", "limits.month", "enabled"], entries[0].Changes);
        Assert.Equal([$"key {made.KeyFingerprint} -> {rotated.KeyFingerprint}"], entries[1].Changes);
        Assert.Equal(["name", "tenants", "requests_per_minute", "limits.tokens_per_minute"], entries[9].Changes);
        Assert.Equal(Enumerable.Range(1, 14).Select(static number => (long)number), entries.Select(static entry => entry.Number));
        Assert.Equal((true, 14L), await host.Audit.VerifyAsync(cancellationToken: Cancel) is var verified ? (verified.IsIntact, verified.Entries) : default);
    }

    [Fact]
    public async Task Seeding_writes_entries_of_the_host()
    {
        using var directory = new StoreDirectory();
        var configuration = new Dictionary<string, string?>
        {
            ["KeyedWorkflows:Profiles:seeded:Provider"] = RecordingProvider.Family,
            ["KeyedWorkflows:Profiles:seeded:Tenant"] = "acme",
            ["KeyedWorkflows:Profiles:seeded:ApiKey"] = StoreHost.NewKey(),
        };
        using (var first = new StoreHost(directory, static options => options.SeedFromConfiguration = true, configuration: configuration))
            Assert.Equal(("profile.seed", "seeded", AuditActor.Host), Assert.Single(await first.Audit.ReadAsync(new() { Tenant = "acme" }, Cancel)) is var entry ? (entry.Action, entry.SubjectName, entry.Actor) : default);

        using var second = new StoreHost(directory, static options => options.SeedFromConfiguration = true, configuration: configuration);

        Assert.Single(await second.Audit.ReadAsync(new(), Cancel));
        Assert.True((await second.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
    }

    [Fact]
    public async Task A_change_that_is_not_written_leaves_no_entry_and_its_refusal_one_a_minute()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);

        for (var i = 0; i < 5; i++)
            await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.As(Olga).ReplaceAsync(made.Id, StoreHost.Draft("a", tenant: "bolt") with { ApiKey = null }, cancellationToken: Cancel));
        await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.As(Olga).CreateAsync(StoreHost.Draft("a"), Cancel));
        Assert.Single(await host.Audit.ReadAsync(new(), Cancel));
        await host.Storage.Refusals.FlushAsync(Cancel);

        var refused = await host.Audit.ReadAsync(new() { Actor = "olga" }, Cancel);
        Assert.Equal([("profile.replace", "key_required", 5L), ("profile.create", "name_taken", 1L)], refused.Select(static entry => (entry.Action, entry.Outcome, entry.Count)));
        Assert.Equal(made.Id, refused[0].SubjectId);
        Assert.NotNull(refused[0].Since);
        Assert.True((await host.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
    }

    [Fact]
    public async Task Refusals_are_written_a_minute_after_the_first_and_when_the_host_stops()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var before = host.Storage.Watch.Newest;

        host.Storage.Refusals.Count(Use(0));
        host.Time.Advance(AuditRefusals.Interval);
        await host.Storage.Refusals.FlushAsync(Cancel);
        Assert.Single(await host.Audit.ReadAsync(new(), Cancel));
        host.Storage.Refusals.Count(Use(0));
        host.Storage.Refusals.Count(Use(0));
        await host.StopAsync();

        Assert.Equal([1L, 2L], (await host.Audit.ReadAsync(new(), Cancel)).Select(static entry => entry.Count));
        Assert.Contains(host.Log.Lines, line => line.Contains($"The audit's head is {host.Storage.Audit.Known}", StringComparison.Ordinal));

        // No profile is read anew for it.
        Assert.Equal(before, host.Storage.Watch.Newest);
    }

    [Fact]
    public async Task What_is_counted_is_bounded_and_nothing_is_lost_of_its_number()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);

        for (var i = 0; i < 2_000; i++)
        {
            for (var profile = 0; profile < 20; profile++)
                host.Storage.Refusals.Count(Use(i, profile));
        }
        await host.Storage.Refusals.FlushAsync(Cancel);

        var entries = (await host.Audit.ReportAsync(new(), Cancel)).Entries;
        Assert.Equal(40_000, entries.Sum(static entry => entry.Count));
        Assert.InRange(entries.Count, 1_000, 1_001 * 17);
        Assert.Contains(entries, static entry => entry is { Outcome: "several", Count: 4 });
        Assert.Contains(entries, static entry => entry.Actor.Kind == "others");
    }

    [Fact]
    public async Task What_the_database_does_not_take_is_written_the_next_time()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        directory.Execute("ALTER TABLE audit_entries RENAME TO away");
        host.Storage.Refusals.Count(Use(0));
        await host.Storage.Refusals.FlushAsync(Cancel);
        host.Storage.Refusals.Count(Use(0));
        Assert.Contains("could not be written into the audit", host.Log.Text, StringComparison.Ordinal);

        directory.Execute("ALTER TABLE away RENAME TO audit_entries");
        await host.Storage.Refusals.FlushAsync(Cancel);

        Assert.Equal(2, Assert.Single(await host.Audit.ReadAsync(new(), Cancel)).Count);
    }

    /// <summary>Rule 24: an edit, a removal and a rewriting are found, and so is a truncation, by a head that lies apart.</summary>
    [Fact]
    public async Task AuditTruncationAndRewriteFound()
    {
        using var directory = new StoreDirectory();
        AuditHead kept;
        using (var host = new StoreHost(directory))
        {
            await FillAsync(host, 12);
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
            await FillAsync(ring, 3, "more");
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
            await FillAsync(host, 6);
            directory.Execute("CREATE TABLE six AS SELECT * FROM audit_entries WHERE Number = 6; CREATE TABLE six_tenants AS SELECT * FROM audit_tenants WHERE Number = 6");
            directory.Execute("DELETE FROM audit_entries WHERE Number = 6; DELETE FROM audit_tenants WHERE Number = 6");
        }
        using var after = new StoreHost(directory);
        await FillAsync(after, 2, "more");
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
            await FillAsync(host, 5);
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
            await FillAsync(host, 2);
            kept = host.Storage.Audit.Known!;
            Assert.DoesNotContain("begins anew", host.Log.Text, StringComparison.Ordinal);
        }
        TakeAway(directory);

        using (var first = new StoreHost(directory))
        {
            Assert.Contains("Critical The audit begins anew", first.Log.Text, StringComparison.Ordinal);
            await FillAsync(first, 3, "more");
            await BrokenAsync(first, AuditFault.Gap, 1);
        }

        // Another process begins nothing, and finds what the first noted.
        using var second = new StoreHost(directory);
        Assert.DoesNotContain("begins anew", second.Log.Text, StringComparison.Ordinal);
        await BrokenAsync(second, AuditFault.Gap, 1);
        var entry = (await second.Audit.ReadAsync(new() { Limit = 1 }, Cancel))[0];
        Assert.Equal(("audit.begun_anew", "audit", AuditActor.Host), (entry.Action, entry.SubjectKind, entry.Actor));
        Assert.Equal([$"expected {kept}", "found nothing"], entry.Changes);
        Assert.Single(Directory.GetFiles(Path.Combine(directory.Ring, "audit"), entry.SubjectId + ".head"));

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
            await FillAsync(host, 5);
        TakeAway(directory);
        Directory.Move(heads, heads + "-away");

        using (var without = new StoreHost(directory))
        {
            await FillAsync(without, 2, "more");
            Assert.True((await without.Audit.VerifyAsync(cancellationToken: Cancel)).IsIntact);
            foreach (var file in Directory.GetFiles(heads + "-away"))
                File.Copy(file, Path.Combine(heads, Path.GetFileName(file)));
            await BrokenAsync(without, AuditFault.Truncated, 3);

            // What was taken as it is up to there is not asked for.
            await FillAsync(without, 4, "many");
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
            await FillAsync(host, 9);
        directory.Execute("DELETE FROM audit_entries WHERE Number > 3; DELETE FROM audit_tenants WHERE Number > 3; DELETE FROM host_keys WHERE Name = 'audit'");

        using var after = new StoreHost(directory);

        await BrokenAsync(after, AuditFault.KeyLost, 1);
        Assert.Equal(["audit.key_renewed", "audit.begun_anew"], (await after.Audit.ReadAsync(new() { After = 3 }, Cancel)).Select(static entry => entry.Action));
        Assert.Equal((AuditFault.Gap, 5L), await after.Audit.VerifyAsync(after: 3, cancellationToken: Cancel) is var verified ? (verified.Fault, verified.FirstBroken) : default);
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
            await FillAsync(one, 2, "start" + start);
            await FillAsync(two, 3, "start" + start);

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
            await FillAsync(host, 2);
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
            await FillAsync(host, 2);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(directory.Ring, "audit"), "*.head"));
        var written = await File.ReadAllLinesAsync(file, Cancel);
        await File.WriteAllTextAsync(file, written[0] + "\n", Cancel);
        using (var host = new StoreHost(directory))
            Assert.Equal(written, await File.ReadAllLinesAsync(file, Cancel));
        await File.WriteAllTextAsync(file, written[0] + "\n", Cancel);
        TakeAway(directory);

        using var after = new StoreHost(directory);

        await BrokenAsync(after, AuditFault.Gap, 1);
    }

    [Fact]
    public async Task Entries_under_a_lost_ring_are_confirmed_again_when_it_comes_back()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await FillAsync(host, 3);
        Directory.Move(directory.Ring, directory.Ring + "-away");
        using (var without = new StoreHost(directory))
        {
            await FillAsync(without, 1, "new");
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
        await FillAsync(host, 20);
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
        await FillAsync(host, 3);

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

        await Task.WhenAll(FillAsync(one, 30, "one"), FillAsync(other, 30, "other"), FillAsync(one, 30, "third"));

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

        await FillAsync(host, 99);
        Assert.DoesNotContain("The audit's head is", host.Log.Text, StringComparison.Ordinal);
        await FillAsync(host, 1, "hundredth");

        Assert.Contains("The audit's head is 100:", host.Log.Text, StringComparison.Ordinal);
        Assert.True(AuditHead.TryParse(host.Storage.Audit.Known!.ToString(), out var read) && read == host.Storage.Audit.Known);
    }

    [Fact]
    public async Task A_report_holds_a_tenant_and_a_time_and_its_formulas_are_text()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("before", tenant: "acme"), Cancel);
        host.Time.Skip(TimeSpan.FromHours(1));
        var from = host.Time.GetUtcNow();
        await host.Profiles.As(new AuditActor("operator", "=HYPERLINK(\"x\")\r\n,\u202Eevil")).CreateAsync(StoreHost.Draft("a", tenant: "acme"), Cancel);
        await host.Profiles.CreateAsync(StoreHost.Draft("b", tenant: "bolt"), Cancel);
        host.Time.Skip(TimeSpan.FromHours(1));
        await host.Profiles.CreateAsync(StoreHost.Draft("after", tenant: "acme"), Cancel);

        var report = await host.Audit.ReportAsync(new() { Tenant = "acme", From = from, To = from.AddHours(1) }, Cancel);

        var entry = Assert.Single(report.Entries);
        Assert.Equal("a", entry.SubjectName);
        var lines = report.ToCsv().Split("\r\n");
        Assert.Equal("number,at,actor_kind,actor,actor_id,address,action,outcome,count,since,subject_kind,subject_id,subject,tenants,changes,mac", lines[0]);
        Assert.Contains(",operator,\"'=HYPERLINK(\"\"x\"\")\\u{D}\\u{A},\\u{202E}evil\",,,profile.create,done,1,,profile,", lines[1], StringComparison.Ordinal);
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal("acme", json.RootElement.GetProperty("tenant").GetString());
        Assert.Equal(entry.Mac, json.RootElement.GetProperty("entries")[0].GetProperty("mac").GetString());
        Assert.Equal("acme", json.RootElement.GetProperty("entries")[0].GetProperty("tenants")[0].GetString());
    }

    [Fact]
    public async Task Entries_are_read_in_pages_and_by_subject()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await FillAsync(host, 5);
        var first = await host.Audit.ReadAsync(new() { Limit = 3 }, Cancel);

        Assert.Equal([4L, 5L], (await host.Audit.ReadAsync(new() { Limit = 3, After = first[^1].Number }, Cancel)).Select(static entry => entry.Number));
        Assert.Equal([5L, 4L], (await host.Audit.ReadAsync(new() { Limit = 2, NewestFirst = true }, Cancel)).Select(static entry => entry.Number));
        Assert.Equal([3L, 2L, 1L], (await host.Audit.ReadAsync(new() { After = 4, NewestFirst = true }, Cancel)).Select(static entry => entry.Number));
        Assert.Equal([2L], (await host.Audit.ReadAsync(new() { SubjectId = first[1].SubjectId }, Cancel)).Select(static entry => entry.Number));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Audit.ReadAsync(new() { Limit = 0 }, Cancel));
    }

    [Fact]
    public async Task Neither_audit_nor_report_nor_log_holds_a_key()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        List<string> keys = [];
        string Key()
        {
            keys.Add("key-" + System.Security.Cryptography.RandomNumberGenerator.GetString("ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ", 32));
            return keys[^1];
        }
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a", Key()) with { Headers = new Dictionary<string, Secret> { ["X-Team"] = Secret.From(Key()) } }, Cancel);
        await host.Profiles.RotateKeyAsync(made.Id, Secret.From(Key()), Cancel);
        await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(StoreHost.Draft(Key()), Cancel));
        await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.RotateKeyAsync(Key() + " " + Key(), Secret.From(Key()), Cancel));
        await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.ImportAsync($"{{\"{Key()}\":1}}", Cancel));
        await host.Profiles.As(new AuditActor("operator", "sk-" + Guid.NewGuid().ToString("N") + "aB3")).SetEnabledAsync(made.Id, false, Cancel);
        await host.StopAsync();

        var report = await host.Audit.ReportAsync(new(), Cancel);
        var told = report.ToCsv() + report.ToJson() + host.Log.Text + string.Join('\n', report.Entries);
        Assert.All(keys, key => Assert.Null(Canary.In(told, key)));
        Assert.Contains("(withheld: it looks like a key)", told, StringComparison.Ordinal);
        Assert.True(report.Entries.Count >= 6);
    }

    [Theory]
    [InlineData("olga", "olga")]
    [InlineData("  ", "unknown")]
    [InlineData("a\u0000b\u2028c\u200Bd", "a\\u{0}b\\u{2028}c\\u{200B}d")]
    [InlineData("Zoë 😀 \\", "Zoë 😀 \\")]
    public void Texts_of_actors_are_escaped(string given, string kept)
    {
        var actor = new AuditActor("operator", given);

        Assert.Equal(kept, actor.Name);
        Assert.Equal(actor, new AuditActor(actor.Kind, actor.Name));
        Assert.True(new AuditActor("operator", string.Concat(Enumerable.Repeat(given + "x", 200))).Name.Length <= 128);
    }

    private static RefusedUse Use(int token, int profile = 0) => new(
        new AuditActor("token", "t" + token.ToString(CultureInfo.InvariantCulture), "id" + token.ToString(CultureInfo.InvariantCulture)), "profile.use", "profile_not_found", "profile",
        "p" + profile.ToString(CultureInfo.InvariantCulture));

    private static void TakeAway(StoreDirectory directory) => directory.Execute("DELETE FROM audit_entries; DELETE FROM audit_tenants; DELETE FROM host_keys WHERE \"Name\" = 'audit'");

    private static async Task FillAsync(StoreHost host, int count, string name = "p")
    {
        for (var i = 0; i < count; i++)
            await host.Profiles.CreateAsync(StoreHost.Draft($"{name}{i}"), Cancel);
    }

    private static async Task BrokenAsync(StoreHost host, AuditFault fault, long first)
    {
        var verified = await host.Audit.VerifyAsync(cancellationToken: Cancel);
        Assert.Equal((fault, first), (verified.Fault, verified.FirstBroken));
        Assert.False(verified.IsIntact);
        Assert.Contains(first.ToString(CultureInfo.InvariantCulture), verified.Message, StringComparison.Ordinal);
    }
}
