using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Storage;

/// <summary>Where database, ring and wrapping key lie, after links are resolved. What would put a key beside what it protects refuses the start.</summary>
/// <param name="Database">The database's file. Links are followed to its directory, not to itself.</param>
/// <param name="KeyRing">The ring's directory; null for a ring in memory.</param>
/// <param name="IsDevelopment">Whether this is a developer's machine, where files may be open to others.</param>
/// <param name="MayBeUnprotected">Whether the ring may hold keys that nothing wraps.</param>
internal sealed record StorageLayout(string Database, string? KeyRing, bool IsDevelopment, bool MayBeUnprotected)
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
        var isDevelopment = environment?.IsDevelopment() == true;
        var mayBeUnprotected = isDevelopment || options.AllowUnprotectedKeyRing;
        if (!mayBeUnprotected)
            RefuseUnprotected(options);

        var database = Path.GetFullPath(options.DatabasePath);
        if (Path.GetFileName(database) is not { Length: > 0 } name)
            throw new InvalidOperationException($"{nameof(ProfileStorageOptions)}.{nameof(options.DatabasePath)} names a directory. Name the file in it that profiles are stored in.");
        var layout = new StorageLayout(Path.Combine(Resolve(Path.GetDirectoryName(database)!), name), options.KeyRingPath is { } ring ? Resolve(ring) : null, isDevelopment, mayBeUnprotected);
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
        if (!isDevelopment && PrivateFiles.OthersCanWrite(databaseDirectory))
        {
            // Not closed here: who else uses a directory of the operator's is the operator's to say.
            throw new InvalidOperationException(
                $"Others than its owner can write to the database's directory '{databaseDirectory}', and so put files in the place of the store's own. Close it with: chmod go-w. Or name a directory within it that is not "
                + "there yet: it is made for its owner alone.");
        }
        return layout;
    }

    private static void RefuseUnprotected(ProfileStorageOptions options)
    {
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
