using System.Formats.Tar;
using System.IO.Compression;
using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Backups of a store, and what is left of a machine that is gone.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly Operator anna = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(anna.Work, "backup.tar.gz");

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task On_a_fresh_machine_profiles_decrypt_and_pay_after_they_were_confirmed()
    {
        var (a, b) = (Operator.NewKey(), Operator.NewKey());
        await anna.AddProfileAsync("client_a", "client-a", a);
        await anna.AddProfileAsync("client_b", "client-b", b, "--disabled");
        var token = await TokenAsync(anna, "web-a", "client-a");
        string run;
        await using (var host = await DeskHost.StartAsync(anna))
        {
            host.Models.Keys.Add(a);
            run = (string)(await host.AskAsync(token)).Answer["workflow_run_id"]!;
            var made = (await anna.RunAsync("backup", "backup.tar.gz")).Succeeds();
            Assert.Contains("The key that wraps the ring is not in it", made.Output, StringComparison.Ordinal);
        }
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));
        Canary.IsInNoFile(anna.Work, a, b);
        IsInNoEntry(Archive, a, b);

        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);
        var restored = (await fresh.RunAsync("restore", Archive)).Succeeds();
        Assert.Contains("2 profiles, all disabled", restored.Output, StringComparison.Ordinal);
        Assert.Contains("tenants that were removed or purged since then are back", restored.Output, StringComparison.Ordinal);
        Assert.Empty(await EnabledAsync(fresh));
        Assert.Equal(await FingerprintAsync(anna, "client_a"), await FingerprintAsync(fresh, "client_a"));

        await using var other = await DeskHost.StartAsync(Moved(fresh));
        other.Models.Keys.Add(a);
        Assert.Equal(400, (await other.AskAsync(token)).Status);
        (await fresh.RunAsync(Answers.Line("no"), "restore", "confirm")).Ends(ExitCodes.Refused);
        (await fresh.RunAsync(Answers.Line("enable"), "restore", "confirm")).Succeeds();
        await other.AskUntilAsync(token, static (status, _) => status == 200);
        Assert.Equal(["client_a"], await EnabledAsync(fresh));
        (await fresh.RunAsync("runs", "show", run)).Succeeds();
        (await fresh.RunAsync("restore", "confirm", "--yes")).Ends(ExitCodes.NotFound);
        Canary.IsNotIn(anna.Everything + fresh.Everything, a, b);

        Operator Moved(Operator to)
        {
            File.Delete(to.RingKeyFile);
            File.Copy(anna.RingKeyFile, to.RingKeyFile);
            return to;
        }
    }

    /// <summary>A client that was made of a revision of before must not serve one of the same name after it.</summary>
    [Fact]
    public async Task RestoredBackupUsesNoCachedClient()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        var before = await RevisionAsync(anna);
        (await anna.RunAsync("backup", Archive)).Succeeds();
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);

        (await fresh.RunAsync("restore", Archive)).Succeeds();
        var disabled = await RevisionAsync(fresh);
        (await fresh.RunAsync("restore", "confirm", "--yes")).Succeeds();
        var confirmed = await RevisionAsync(fresh);

        Assert.Equal(3, new HashSet<string>([before, disabled, confirmed]).Count);

        static async Task<string> RevisionAsync(Operator of) => (string)(await of.RunAsync("profiles", "show", "client_a", "--json")).Succeeds().Json["revision"]!;
    }

    [Fact]
    public async Task Nothing_is_put_over_a_store_and_no_file_is_replaced()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (await anna.RunAsync("backup", "backup.tar.gz")).Succeeds();

        (await anna.RunAsync("backup", "backup.tar.gz")).Ends(ExitCodes.Conflict);
        (await anna.RunAsync("backup", "backup.tar.gz", "--force")).Succeeds();
        (await anna.RunAsync("restore", "backup.tar.gz")).Ends(ExitCodes.Conflict);
        File.Delete(anna.Database);
        (await anna.RunAsync("restore", "backup.tar.gz")).Ends(ExitCodes.Conflict);
        (await anna.RunAsync("restore", "none.tar.gz")).Ends(ExitCodes.NotFound);
        Assert.Contains("is a file, and a store is a directory", (await anna.RunAsync("restore", "backup.tar.gz", "--store", "backup.tar.gz")).Ends(ExitCodes.Conflict).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_what_wraps_the_ring_or_with_another_nothing_is_restored()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (await anna.RunAsync("backup", Archive)).Succeeds();
        using var fresh = new Operator();

        Assert.Contains("None of the backup's 1 profiles can be read", (await fresh.RunAsync("restore", Archive)).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);
        Assert.Contains("--ring-key-file", (await fresh.RunAsync("restore", Archive)).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);

        Assert.Equal(["work", "wrapping"], Directory.GetFileSystemEntries(fresh.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_ring_may_lie_apart_and_its_key_may_be_asked_for()
    {
        var key = Operator.NewKey();
        anna.Set("KEYEDWORKFLOWS_RING", anna.PathOf("rings/acme"));
        await anna.AddProfileAsync("client_a", "client-a", key);
        var made = (await anna.RunAsync("backup", Archive, "--with-ring-key")).Succeeds();
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING", fresh.PathOf("rings/acme"));
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);

        var restored = (await fresh.RunAsync("restore", Archive, "--json")).Succeeds();

        Assert.Contains("Whoever has this file has every client's key", made.Output, StringComparison.Ordinal);
        var ringKey = (string)restored.Json["ring_key_file"]!;
        Assert.Equal(File.ReadAllText(anna.RingKeyFile), File.ReadAllText(ringKey));
        File.Move(ringKey, fresh.RingKeyFile, overwrite: true);
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", fresh.RingKeyFile);
        Assert.Equal(await FingerprintAsync(anna, "client_a"), await FingerprintAsync(fresh, "client_a"));
        Assert.Equal(["acme"], Directory.GetFileSystemEntries(fresh.PathOf("rings")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_altered_or_another_file_restores_nothing()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (await anna.RunAsync("backup", Archive)).Succeeds();
        var good = File.ReadAllBytes(Archive);
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);
        var bad = Path.Combine(anna.Work, "bad.tar.gz");

        foreach (var bytes in (byte[][])[good[..(good.Length / 2)], [], "not an archive"u8.ToArray(), With(good, "../escaped", "x"u8.ToArray()), With(good, "ring/../../escaped.xml", "x"u8.ToArray()), With(good, "ring/added.xml", "x"u8.ToArray())])
        {
            File.WriteAllBytes(bad, bytes);
            (await fresh.RunAsync("restore", bad)).Ends(ExitCodes.Refused);
        }
        Assert.Equal(["work", "wrapping"], Directory.GetFileSystemEntries(fresh.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_interrupted_backup_or_restore_leaves_nothing()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (await anna.RunAsync("backup", Archive)).Succeeds();
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);
        using var interrupted = new CancellationTokenSource();
        await interrupted.CancelAsync();

        (await anna.RunAsync(Answers.None, interrupted.Token, "backup", "second.tar.gz")).Ends(ExitCodes.Interrupted);
        (await fresh.RunAsync(Answers.None, interrupted.Token, "restore", Archive)).Ends(ExitCodes.Interrupted);

        Assert.Equal(["backup.tar.gz"], Directory.GetFileSystemEntries(anna.Work).Select(Path.GetFileName));
        Assert.Equal(["work", "wrapping"], Directory.GetFileSystemEntries(fresh.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>What it had unpacked holds what end users wrote. That of a process that lives is left to it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_killed_restore_left_is_removed_by_the_next(bool isRingApart)
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (await anna.RunAsync("backup", Archive)).Succeeds();
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);
        var ring = fresh.PathOf("apart/ring");
        if (isRingApart)
            fresh.Set("KEYEDWORKFLOWS_RING", ring);
        string[] left = isRingApart ? [Left(fresh.Store), Left(ring)] : [Left(fresh.Store)];
        var (held, other) = (Left(fresh.Store), Directory.CreateDirectory(fresh.Store + ".restore-notes").FullName);

        // An empty directory is no store.
        Directory.CreateDirectory(fresh.Store);
        using (PrivateFiles.TryLock(Path.Combine(held, ".staging.lock")))
        {
            var restored = (await fresh.RunAsync("restore", Archive)).Succeeds();
            foreach (var directory in left)
            {
                Assert.False(Directory.Exists(directory));
                Assert.Contains($"'{directory}' is removed", restored.Error, StringComparison.Ordinal);
            }
            Assert.True(Directory.Exists(held) && Directory.Exists(other));
        }
        Assert.Contains($"'{held}' is removed", (await fresh.RunAsync("restore", Archive)).Ends(ExitCodes.Conflict).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(fresh.Root, ".staging.lock", SearchOption.AllDirectories));
        Assert.Empty(await EnabledAsync(fresh));

        static string Left(string beside)
        {
            var directory = Directory.CreateDirectory($"{beside}.restore-{Guid.NewGuid():N}").FullName;
            File.WriteAllText(Path.Combine(directory, "workflows-runs.db"), "what an end user wrote");
            return directory;
        }
    }

    [Fact]
    public async Task What_a_killed_backup_left_is_removed_by_the_next()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        var left = Directory.CreateDirectory(Path.Combine(anna.Work, $"backup.tar.gz.backup-{Guid.NewGuid():N}")).FullName;
        File.WriteAllText(Path.Combine(left, "workflows-runs.db"), "what an end user wrote");

        var made = (await anna.RunAsync("backup", Archive)).Succeeds();

        Assert.Contains($"'{left}' is removed: a backup that was killed had left it", made.Error, StringComparison.Ordinal);
        Assert.Equal(["backup.tar.gz"], Directory.GetFileSystemEntries(anna.Work).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_ring_within_the_directory_that_is_put_there_in_one_piece_is_refused()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (await anna.RunAsync("backup", Archive)).Succeeds();
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);

        Assert.Contains("within the store's directory", (await fresh.RunAsync("restore", Archive, "--ring", fresh.PathOf("store/keys"))).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        (await fresh.RunAsync("restore", Archive, "--ring", fresh.PathOf("store-keys"))).Succeeds();
    }

    [Fact]
    public void A_mount_point_is_known_as_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/proc/self"), "There is no mount here that all systems have.");

        Assert.True(Cli.Backups.MountPoints.IsOne("/proc"));
        Assert.False(Cli.Backups.MountPoints.IsOne(anna.Root));
        Assert.False(Cli.Backups.MountPoints.IsOne(anna.PathOf("none")));
    }

    /// <summary>What nobody has booked when the backup is made, the host of the restored store books.</summary>
    [Fact]
    public async Task Calls_that_were_under_way_and_the_head_of_the_audit_are_in_a_backup()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        var token = await TokenAsync(anna, "web-a", "client-a");
        var gate = new ModelServerGate();
        await using (var host = await DeskHost.StartAsync(anna))
        {
            host.Models.Keys.Add(key);
            host.Models.When(static _ => true).HoldUntil(gate).Answer("held");
            var asking = host.AskAsync(token);
            await gate.ArrivedAsync(1, Ct);
            (await anna.RunAsync("backup", Archive)).Succeeds();
            gate.Open();
            await asking;
        }
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);
        File.Copy(anna.RingKeyFile, fresh.RingKeyFile, overwrite: true);

        (await fresh.RunAsync("restore", Archive)).Succeeds();
        Assert.Single(Directory.GetFiles(fresh.PathOf("store/database"), "workflows-runs.db.*.calls"));
        Assert.NotEmpty(Directory.GetFiles(fresh.PathOf("store/ring/audit"), "*.head"));
        (await fresh.RunAsync("audit", "verify")).Succeeds();
        await using (await DeskHost.StartAsync(fresh))
        {
            var row = Assert.Single((await fresh.RunAsync("usage", "--json", "--by", "tenant")).Succeeds().Json["rows"]!.AsArray())!;
            Assert.Equal(("client-a", 1), ((string)row["tenant"]!, (int)row["calls"]!));
        }
    }

    /// <summary>Entries that were cut off before the backup are missed after it, as they were before.</summary>
    [Fact]
    public async Task A_restored_audit_is_held_against_the_head_that_came_with_it()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        await anna.AddProfileAsync("client_b", "client-b", Operator.NewKey());
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = anna.Database, Pooling = false }.ToString()))
        {
            await connection.OpenAsync(Ct);
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM audit_entries WHERE \"Number\" = 2";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Ct));
        }
        (await anna.RunAsync("backup", Archive)).Succeeds();
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);

        (await fresh.RunAsync("restore", Archive)).Succeeds();

        (await fresh.RunAsync("audit", "verify")).Ends(ExitCodes.Refused);
    }

    /// <summary>Each copy is of one moment: no run is in it without its end's usage, and no page is torn.</summary>
    [Fact]
    public async Task A_backup_is_made_while_the_host_writes()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        var token = await TokenAsync(anna, "web-a", "client-a");
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(key);

        // The copies may be made before one of those below has ended.
        await host.AskAsync(token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
                await host.AskAsync(token);
        }));
        for (var i = 0; i < 5; i++)
            (await anna.RunAsync("backup", $"backup-{i}.tar.gz")).Succeeds();
        await stop.CancelAsync();
        await writing;

        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);
        (await fresh.RunAsync("restore", Path.Combine(anna.Work, "backup-4.tar.gz"))).Succeeds();
        Assert.True((int)(await fresh.RunAsync("runs", "list", "--json")).Succeeds().Json["total"]! > 0);
        Assert.Equal(5, Directory.GetFileSystemEntries(anna.Work).Length);
    }

    private static async Task<string> TokenAsync(Operator of, string name, string tenant) =>
        (string)(await of.RunAsync("tokens", "create", name, "--workflow", "desk", "--pinned-tenant", tenant, "--json")).Succeeds().Json["value"]!;

    private static async Task<string> FingerprintAsync(Operator of, string profile) => (string)(await of.RunAsync("profiles", "show", profile, "--json")).Succeeds().Json["key_fingerprint"]!;

    private static async Task<string[]> EnabledAsync(Operator of) =>
        [.. (await of.RunAsync("profiles", "list", "--json")).Succeeds().Json["profiles"]!.AsArray().Where(static profile => (bool)profile!["enabled"]!).Select(static profile => (string)profile!["name"]!)];

    private static void IsInNoEntry(string archive, params string[] keys)
    {
        using var unpacked = new MemoryStream();
        using (var zipped = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress))
            zipped.CopyTo(unpacked);
        Canary.IsNotIn(System.Text.Encoding.Latin1.GetString(unpacked.ToArray()), keys);
    }

    /// <summary>The archive with an entry that it does not speak of.</summary>
    private static byte[] With(byte[] archive, string name, byte[] content)
    {
        using var result = new MemoryStream();
        using (var zipped = new GZipStream(result, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new TarWriter(zipped))
        {
            using var reader = new TarReader(new GZipStream(new MemoryStream(archive), CompressionMode.Decompress));
            while (reader.GetNextEntry(copyData: true) is { } entry)
                writer.WriteEntry(entry);
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }
        return result.ToArray();
    }
}
