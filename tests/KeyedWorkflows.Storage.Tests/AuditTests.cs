using System.Text.Json;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>Who changed what is written with the change, and read by tenant, time, actor and subject.</summary>
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
        await host.FillAuditAsync(5);
        var first = await host.Audit.ReadAsync(new() { Limit = 3 }, Cancel);

        Assert.Equal([4L, 5L], (await host.Audit.ReadAsync(new() { Limit = 3, After = first[^1].Number }, Cancel)).Select(static entry => entry.Number));
        Assert.Equal([5L, 4L], (await host.Audit.ReadAsync(new() { Limit = 2, NewestFirst = true }, Cancel)).Select(static entry => entry.Number));
        Assert.Equal([3L, 2L, 1L], (await host.Audit.ReadAsync(new() { After = 4, NewestFirst = true }, Cancel)).Select(static entry => entry.Number));
        Assert.Equal([2L], (await host.Audit.ReadAsync(new() { SubjectId = first[1].SubjectId }, Cancel)).Select(static entry => entry.Number));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Audit.ReadAsync(new() { Limit = 0 }, Cancel));
    }

    /// <summary>Somebody who writes to the database puts in a row under a number that no entry has: the examination tells of it, and whoever reads page by page comes to an end, and sees each entry once.</summary>
    [Theory]
    [InlineData(DatabaseKind.Sqlite, 0)]
    [InlineData(DatabaseKind.Sqlite, -7)]
    [InlineData(DatabaseKind.PostgreSql, 0)]
    [InlineData(DatabaseKind.PostgreSql, -7)]
    public async Task A_row_before_the_first_entry_is_in_no_page(DatabaseKind kind, long number)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        await host.FillAuditAsync(3);
        PutIn(directory, number, kind == DatabaseKind.Sqlite ? "X'00'" : @"'\x00'::bytea");
        PutIn(directory, number - 1, "\"Content\"");

        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        soon.CancelAfter(TimeSpan.FromSeconds(30));
        foreach (var limit in (int[])[1, 2, 4])
        {
            Assert.Equal([1L, 2L, 3L], await ReadAllAsync(host, new() { Limit = limit }, soon.Token));
            Assert.Equal([3L, 2L, 1L], await ReadAllAsync(host, new() { Limit = limit, NewestFirst = true }, soon.Token));
        }
        Assert.Equal([1L, 2L, 3L], (await host.Audit.ReadAsync(new() { After = -100 }, soon.Token)).Select(static entry => entry.Number));
        Assert.Equal([1L, 2L, 3L], (await host.Audit.ReportAsync(new(), soon.Token)).Entries.Select(static entry => entry.Number));
        Assert.Equal((AuditFault.Altered, number - 1), await host.Audit.VerifyAsync(cancellationToken: soon.Token) is var verified ? (verified.Fault, verified.FirstBroken) : default);
    }

    /// <summary>The last of a page says in its text that it is the first: whoever goes on after it must not begin again.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_entry_is_read_under_the_number_that_it_was_found_by(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        await host.FillAuditAsync(3);
        PutIn(directory, 4, "\"Content\"");
        await host.FillAuditAsync(1, "more");

        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        soon.CancelAfter(TimeSpan.FromSeconds(30));
        Assert.Equal([1L, 2L, 3L, 4L, 5L], await ReadAllAsync(host, new() { Limit = 4 }, soon.Token));
        Assert.Equal([5L, 4L, 3L, 2L, 1L], await ReadAllAsync(host, new() { Limit = 2, NewestFirst = true }, soon.Token));
        Assert.Equal(4, (await host.Audit.VerifyAsync(cancellationToken: soon.Token)).FirstBroken);
    }

    /// <summary>Page by page, until one is not full.</summary>
    private static async Task<List<long>> ReadAllAsync(StoreHost host, AuditQuery query, CancellationToken cancellationToken)
    {
        List<long> read = [];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await host.Audit.ReadAsync(query with { After = read.Count == 0 ? 0 : read[^1] }, cancellationToken);
            read.AddRange(page.Select(static entry => entry.Number));
            if (page.Count < query.Limit)
                return read;
        }
    }

    /// <summary>Puts a row in, past the store, that is the first but for its number and its text.</summary>
    private static void PutIn(StoreDirectory directory, long number, string content) => directory.Execute(
        "INSERT INTO audit_entries (\"Number\", \"At\", \"ActorId\", \"ActorName\", \"SubjectId\", \"Content\", \"Mac\") "
        + $"SELECT {number}, \"At\", \"ActorId\", \"ActorName\", \"SubjectId\", {content}, \"Mac\" FROM audit_entries WHERE \"Number\" = 1");

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
}
