using System.Runtime.Versioning;

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

        foreach (var file in (string[])[directory.Database, directory.Database + "-wal", directory.Database + "-shm"])
            Assert.Equal(OwnersFile, File.GetUnixFileMode(file));
        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Ring));
        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(directory.Database)!));
    }

    [Fact]
    public void Files_that_others_could_read_are_closed_to_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of Unix.");
        Directory.CreateDirectory(Path.GetDirectoryName(directory.Database)!);
        Directory.CreateDirectory(directory.Ring);
        File.WriteAllText(directory.Database, "");

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
        Directory.CreateSymbolicLink(link, database);
        Refused(options => options.KeyRingPath = link);
        Refused(options => options.KeyRingPath = Path.Combine(link, "ring"));
        Refused(options => options.AllowUnprotectedKeyRing = true, options => options.KeyRingPath = database);

        // A name that merely begins alike is another directory.
        new StoreHost(directory, options => options.KeyRingPath = database + "-ring").Dispose();
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

    private void Refused(params Action<ProfileStorageOptions>[] set)
    {
        Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, options =>
        {
            foreach (var one in set)
                one(options);
        }).Dispose());
        Assert.False(File.Exists(directory.Database));
    }
}
