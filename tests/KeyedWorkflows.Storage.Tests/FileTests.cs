using System.Runtime.Versioning;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class FileTests : IDisposable
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task DatabaseWalShmAre0600UnderUmask000()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        var open = Path.Combine(directory.Root, "open");
        File.WriteAllText(open, "");
        Assert.True(File.GetUnixFileMode(open).HasFlag(UnixFileMode.OtherWrite), "The tests do not run under umask 000.");
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);

        string[] files =
        [
            .. ((string[])[directory.Database, directory.History]).SelectMany(static database => (string[])[database, database + "-wal", database + "-shm"]),
            directory.Database + ".node-1.lock",
            Assert.Single(Directory.GetFiles(directory.Ring)),
        ];
        foreach (var file in files)
            Assert.Equal(OwnersFile, File.GetUnixFileMode(file));
        Assert.Equal(files.Order(), [.. Directory.GetFiles(Path.GetDirectoryName(directory.Database)!).Concat(Directory.GetFiles(directory.Ring)).Order()]);
        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Ring));
        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(directory.Database)!));
    }

    /// <summary>What the other has written would be lost, and it may be a token that is shown once.</summary>
    [Fact]
    public async Task Of_many_who_write_a_file_of_one_name_one_has_it()
    {
        for (var round = 0; round < 40; round++)
        {
            var path = Path.Combine(directory.Root, $"written-{round}");
            using var begin = new Barrier(4);
            var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Factory.StartNew(
                () =>
                {
                    begin.SignalAndWait();
                    try
                    {
                        PrivateFiles.Write(path, file => file.WriteByte((byte)writer), replace: false);
                        return writer;
                    }
                    catch (IOException)
                    {
                        return -1;
                    }
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));

            var one = Assert.Single(written, static writer => writer >= 0);
            Assert.Equal([(byte)one], File.ReadAllBytes(path));
            Assert.Equal([path], Directory.GetFiles(directory.Root, $"written-{round}*"));
        }
    }

    [Fact]
    public void Files_that_others_could_read_are_closed_to_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        Directory.CreateDirectory(Path.GetDirectoryName(directory.Database)!, Mode("755"));
        Directory.CreateDirectory(directory.Ring);
        File.WriteAllText(directory.Database, "");
        Assert.True(File.GetUnixFileMode(directory.Database).HasFlag(UnixFileMode.OtherRead));

        using var host = new StoreHost(directory);

        Assert.Equal(OwnersFile, File.GetUnixFileMode(directory.Database));
        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Ring));
    }

    [Fact]
    public void RingAndDatabaseNeverShareDirectory()
    {
        var database = Path.GetDirectoryName(directory.Database)!;
        Refused(options => options.KeyRingPath = database);
        Refused(options => options.KeyRingPath = database + Path.DirectorySeparatorChar);
        Refused(options => options.KeyRingPath = Path.Combine(database, "ring"));
        Refused(options => options.KeyRingPath = Path.Combine(database, "..", "database"));
        Refused(options => options.KeyRingPath = directory.Root);
        Refused(options => options.DatabasePath = Path.Combine(directory.Ring, "deep", "profiles.db"));

        var link = Path.Combine(directory.Root, "link");
        Directory.CreateDirectory(database);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(database, Mode("700"));
        Directory.CreateSymbolicLink(link, database);
        Refused(options => options.KeyRingPath = link);
        Refused(options => options.KeyRingPath = Path.Combine(link, "ring"));
        Refused(options => options.AllowUnprotectedKeyRing = true, options => options.KeyRingPath = database);

        // A name that merely begins alike is another directory.
        new StoreHost(directory, options => options.KeyRingPath = database + "-ring").Dispose();
    }

    [Fact]
    public void Directories_that_are_made_are_for_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        using var host = new StoreHost(directory, options =>
        {
            options.DatabasePath = Path.Combine(directory.Root, "one", "two", "profiles.db");
            options.KeyRingPath = Path.Combine(directory.Root, "three", "four");
        });

        foreach (var made in (string[])["one", "one/two", "three", "three/four"])
            Assert.Equal(Mode("700"), File.GetUnixFileMode(Path.Combine(directory.Root, made)));
    }

    [Fact]
    public void Rights_are_taken_and_never_given()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        var file = Path.Combine(directory.Root, "file");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, Mode("444"));
        var place = Directory.CreateDirectory(Path.Combine(directory.Root, "place"), Mode("577")).FullName;

        PrivateFiles.Close(file);
        PrivateFiles.CreateOwnDirectory(place);

        Assert.Equal(Mode("400"), File.GetUnixFileMode(file));
        Assert.Equal(Mode("500"), File.GetUnixFileMode(place));
    }

    [Theory]
    [InlineData("777")]
    [InlineData("775")]
    [InlineData("702")]
    [InlineData("1777")]
    public void A_database_directory_that_others_can_write_refuses_the_start_and_is_left_as_it_is(string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        var place = Path.GetDirectoryName(directory.Database)!;
        Directory.CreateDirectory(place);
        File.SetUnixFileMode(place, Mode(mode));

        Refused("chmod go-w");

        Assert.Equal(Mode(mode), File.GetUnixFileMode(place));
        new StoreHost(directory, options => options.DatabasePath = Path.Combine(place, "within", "profiles.db")).Dispose();
        new StoreHost(directory, environment: "Development").Dispose();
    }

    [Theory]
    [InlineData("644")]
    [InlineData("640")]
    [InlineData("604")]
    [InlineData("620")]
    [InlineData("460")]
    [InlineData("444")]
    [InlineData("666")]
    public void A_wrapping_key_that_others_can_use_refuses_the_start(string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        var former = directory.NewKeyEncryptionKey();
        File.SetUnixFileMode(former, Mode(mode));
        Refused("chmod 600", options => options.FormerKeyEncryptionKeyFiles.Add(former));
        File.SetUnixFileMode(directory.KeyEncryptionKey, Mode(mode));
        Refused("chmod 600");
        Refused("chmod 600", options => options.AllowUnprotectedKeyRing = true);

        new StoreHost(directory, environment: "Development").Dispose();
    }

    [Theory]
    [InlineData("600")]
    [InlineData("400")]
    [InlineData("440")]
    public void A_wrapping_key_of_the_hosts_own_is_taken(string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        File.SetUnixFileMode(directory.KeyEncryptionKey, Mode(mode));

        new StoreHost(directory).Dispose();
    }

    [Fact]
    public void A_wrapping_key_may_be_mounted_by_links_and_what_they_lead_to_must_be_closed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        var mounted = Directory.CreateDirectory(Path.Combine(directory.Root, "secrets", "..2026_11_28")).FullName;
        var key = Path.Combine(mounted, "ring");
        File.Copy(directory.KeyEncryptionKey, key);
        File.SetUnixFileMode(key, Mode("400"));
        Directory.CreateSymbolicLink(Path.Combine(directory.Root, "secrets", "..data"), "..2026_11_28");
        var link = Path.Combine(directory.Root, "secrets", "ring");
        File.CreateSymbolicLink(link, "..data/ring");

        new StoreHost(directory, options => options.KeyEncryptionKeyFile = link).Dispose();
        File.SetUnixFileMode(key, Mode("644"));
        Assert.Contains("chmod 600", Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, options => options.KeyEncryptionKeyFile = link)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-journal")]
    public void A_link_in_the_place_of_a_file_of_the_database_is_not_followed(string companion)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        var victim = Path.Combine(directory.Root, "victim");
        var missing = Path.Combine(directory.Root, "missing");
        File.WriteAllText(victim, "as it was");
        File.SetUnixFileMode(victim, Mode("644"));
        Directory.CreateDirectory(Path.GetDirectoryName(directory.Database)!, Mode("700"));
        var planted = directory.Database + companion;

        foreach (var environment in (string[])["Production", "Development"])
        {
            foreach (var target in (string[])[victim, missing])
            {
                File.Delete(planted);
                File.CreateSymbolicLink(planted, target);
                var refused = Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, environment: environment));
                Assert.Contains($"'{planted}' is a link", refused.Message, StringComparison.Ordinal);
            }
        }
        Assert.Equal((Mode("644"), "as it was"), (File.GetUnixFileMode(victim), File.ReadAllText(victim)));
        Assert.False(File.Exists(missing));

        File.Delete(planted);
        new StoreHost(directory).Dispose();
    }

    [Fact]
    public async Task A_link_in_the_ring_refuses_the_start()
    {
        using (var host = new StoreHost(directory))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        var key = Assert.Single(Directory.GetFiles(directory.Ring));
        var elsewhere = Path.Combine(directory.Root, "elsewhere.xml");
        File.Move(key, elsewhere);
        File.CreateSymbolicLink(key, elsewhere);

        Assert.Contains("holds a link", Assert.Throws<InvalidOperationException>(() => new StoreHost(directory)).Message, StringComparison.Ordinal);

        File.Delete(key);
        File.Move(elsewhere, key);
        using var after = new StoreHost(directory);
        await after.RunAsync("a");
    }

    [Fact]
    public async Task Every_connection_keeps_what_is_temporary_in_memory_and_what_is_committed_on_the_disk()
    {
        using var host = new StoreHost(directory);
        using var context = host.Storage.Database.Open();
        await context.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);

        foreach (var (setting, expected) in ((string, long)[])[("temp_store", 2), ("synchronous", 2), ("secure_delete", 1), ("trusted_schema", 0)])
        {
            using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA " + setting;
            Assert.Equal((setting, expected), (setting, (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!));
        }
    }

    [Fact]
    public void The_wrapping_key_lies_with_neither()
    {
        foreach (var place in (string[])[directory.Ring, Path.GetDirectoryName(directory.Database)!])
        {
            Directory.CreateDirectory(place);
            var key = Path.Combine(place, "wrapping");
            File.Copy(directory.KeyEncryptionKey, key);
            Refused(options => options.KeyEncryptionKeyFile = key);
            Refused(options => options.FormerKeyEncryptionKeyFiles.Add(key));
        }
    }

    /// <summary>A journal that a full disk does not take would fail a second time where it is let go, in the place of what was said the first time.</summary>
    [Fact]
    public void What_is_written_to_a_locked_file_is_there_at_once()
    {
        Directory.CreateDirectory(directory.Ring);
        var path = Path.Combine(directory.Ring, "journal");
        using var file = PrivateFiles.TryLock(path)!;

        file.Write("line\n"u8);

        Assert.Equal(5, new FileInfo(path).Length);
    }

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);

    private void Refused(string cure, Action<StorageOptions>? set = null)
    {
        Assert.Contains(cure, Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, set).Dispose()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(directory.Database));
    }

    private void Refused(params Action<StorageOptions>[] set)
    {
        Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, options =>
        {
            foreach (var one in set)
                one(options);
        }).Dispose());
        Assert.False(File.Exists(directory.Database));
    }
}
