using System.Security.Cryptography;
using KeyedWorkflows.Storage;

namespace TriggerApi.Host;

/// <summary>Where the sample's database, key ring and wrapping key lie: a directory that was named and stays, or a fresh one that is gone when the host ends.</summary>
internal sealed class HostDirectory : IDisposable
{
    private readonly bool isFresh;

    public HostDirectory(string? named)
    {
        isFresh = named is null;
        Path = named is null ? Directory.CreateTempSubdirectory("trigger-api-").FullName : System.IO.Path.GetFullPath(named);
        if (!isFresh && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        else
            Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>A host that is not a sample has the wrapping key from a secret store, on another disk than the ring and the database.</summary>
    public void Set(StorageOptions options)
    {
        options.DatabasePath = In("database/workflows.db");
        options.KeyRingPath = In("ring");
        options.KeyEncryptionKeyFile = In("wrapping-key");
        if (!File.Exists(options.KeyEncryptionKeyFile))
            WriteKey(options.KeyEncryptionKeyFile);
    }

    public void Dispose()
    {
        if (isFresh)
            Directory.Delete(Path, recursive: true);
    }

    private static void WriteKey(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
