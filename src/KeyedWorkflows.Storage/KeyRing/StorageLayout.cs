using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Storage;

/// <summary>Where database, ring and wrapping key lie, after links are resolved. What would put a key beside what it protects refuses the start.</summary>
internal sealed record StorageLayout(string Database, string? KeyRing)
{
    /// <exception cref="InvalidOperationException">The options do not go together, or protect nothing. The message says what to set.</exception>
    public static StorageLayout Of(ProfileStorageOptions options, IHostEnvironment? environment)
    {
        if (string.IsNullOrWhiteSpace(options.DatabasePath))
            throw new InvalidOperationException($"{nameof(ProfileStorageOptions)}.{nameof(options.DatabasePath)} is not set. Name the file that profiles are stored in.");
        if (options.KeyRingPath is not null && string.IsNullOrWhiteSpace(options.KeyRingPath))
            throw new InvalidOperationException($"{nameof(ProfileStorageOptions)}.{nameof(options.KeyRingPath)} is empty. Name a directory, or leave it out.");
        if (options.KeyRingCertificate is not null && options.KeyEncryptionKeyFile is not null)
            throw new InvalidOperationException("The key ring is wrapped by a certificate or by a key-encryption key, not by both. Remove one; the one before goes among the former ones.");
        if (options.KeyRingCertificate is { HasPrivateKey: false })
            throw new InvalidOperationException("The certificate that wraps the key ring has no private key here. Load it with its private key.");
        RefuseUnprotected(options, environment);

        var layout = new StorageLayout(Resolve(options.DatabasePath), options.KeyRingPath is { } ring ? Resolve(ring) : null);
        var databaseDirectory = Path.GetDirectoryName(layout.Database)!;
        if (layout.KeyRing is not null && (IsWithin(layout.KeyRing, databaseDirectory) || IsWithin(databaseDirectory, layout.KeyRing)))
        {
            throw new InvalidOperationException(
                "The key ring and the database share a directory: who copies one copies both. Give the ring a directory of its own, neither above nor below that of the database.");
        }
        foreach (var file in (IEnumerable<string>)[.. options.KeyEncryptionKeyFile is { } key ? [key] : Array.Empty<string>(), .. options.FormerKeyEncryptionKeyFiles])
        {
            var path = Resolve(file);
            if (IsWithin(path, databaseDirectory) || (layout.KeyRing is not null && IsWithin(path, layout.KeyRing)))
                throw new InvalidOperationException("A key-encryption key lies with the key ring or the database: who copies them copies it. Keep it elsewhere.");
        }
        return layout;
    }

    private static void RefuseUnprotected(ProfileStorageOptions options, IHostEnvironment? environment)
    {
        if (options.AllowUnprotectedKeyRing || environment?.IsDevelopment() == true)
            return;
        if (options.KeyRingPath is null)
        {
            throw new InvalidOperationException(
                $"The key ring is held in memory: after a restart no stored key can be read. Set {nameof(options.KeyRingPath)} and what wraps the ring. ({nameof(options.AllowUnprotectedKeyRing)} lets this pass.)");
        }
        if (options.KeyRingCertificate is null && options.KeyEncryptionKeyFile is null)
        {
            throw new InvalidOperationException(
                $"The key ring would lie in clear text on disk. Set {nameof(options.KeyEncryptionKeyFile)} or {nameof(options.KeyRingCertificate)}. ({nameof(options.AllowUnprotectedKeyRing)} lets this pass.)");
        }
    }

    private static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith(Path.EndsInDirectorySeparator(directory) ? directory : directory + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path that is really meant: links are followed in each of its parts.</summary>
    private static string Resolve(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        var here = Path.Combine(Resolve(parent), Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return info.LinkTarget is null ? here : Resolve(info.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
