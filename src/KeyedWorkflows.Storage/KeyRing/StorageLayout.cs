using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Storage;

/// <summary>Where database, ring and wrapping key lie, after links are resolved. What would put a key beside what it protects refuses the start.</summary>
/// <param name="Database">The database's file; null where the database is no file. Links are followed to its directory, not to itself.</param>
/// <param name="KeyRing">The ring's directory; null for a ring in memory.</param>
/// <param name="IsDevelopment">Whether this is a developer's machine, where files may be open to others.</param>
/// <param name="MayBeUnprotected">Whether the ring may hold keys that nothing wraps.</param>
internal sealed record StorageLayout(string? Database, string? KeyRing, bool IsDevelopment, bool MayBeUnprotected)
{
    /// <exception cref="InvalidOperationException">The options do not go together, or protect nothing. The message says what to set.</exception>
    public static StorageLayout Of(StorageOptions options, IHostEnvironment? environment, bool isFile)
    {
        if (isFile && string.IsNullOrWhiteSpace(options.DatabasePath))
            throw new InvalidOperationException($"{nameof(StorageOptions)}.{nameof(options.DatabasePath)} is empty. Name the file that profiles and tokens are stored in, or leave it out.");
        if (options.KeyRingPath is not null && string.IsNullOrWhiteSpace(options.KeyRingPath))
            throw new InvalidOperationException($"{nameof(StorageOptions)}.{nameof(options.KeyRingPath)} is empty. Name a directory, or leave it out.");
        if (options.KeyRingCertificate is not null && options.KeyEncryptionKeyFile is not null)
            throw new InvalidOperationException("The key ring is wrapped by a certificate or by a key-encryption key, not by both. Remove one; the one before goes among the former ones.");
        if (options.KeyRingCertificate is { HasPrivateKey: false })
            throw new InvalidOperationException("The certificate that wraps the key ring has no private key here. Load it with its private key.");
        var isDevelopment = environment?.IsDevelopment() == true;
        var mayBeUnprotected = isDevelopment || options.AllowUnprotectedKeyRing;
        if (!mayBeUnprotected)
            RefuseUnprotected(options);

        var root = RootOf(environment);
        var layout = new StorageLayout(isFile ? DatabaseOf(options, root) : null, options.KeyRingPath is { } ring ? RealPath.Of(Path.Combine(root, ring)) : null, isDevelopment, mayBeUnprotected);
        var databaseDirectory = Path.GetDirectoryName(layout.Database);
        if (layout.KeyRing is not null && databaseDirectory is not null && (IsWithin(layout.KeyRing, databaseDirectory) || IsWithin(databaseDirectory, layout.KeyRing)))
        {
            throw new InvalidOperationException(
                "The key ring and the database share a directory: who copies one copies both. Give the ring a directory of its own, neither above nor below that of the database.");
        }
        foreach (var file in (IEnumerable<string>)[.. options.KeyEncryptionKeyFile is { } key ? [key] : Array.Empty<string>(), .. options.FormerKeyEncryptionKeyFiles])
        {
            var path = RealPath.Of(file);
            if ((databaseDirectory is not null && IsWithin(path, databaseDirectory)) || (layout.KeyRing is not null && IsWithin(path, layout.KeyRing)))
                throw new InvalidOperationException("A key-encryption key lies with the key ring or the database: who copies them copies it. Keep it elsewhere.");
        }
        if (options.SecretReferences.FileDirectory is { } secrets)
        {
            var directory = RealPath.Of(Path.Combine(root, secrets));
            RefuseSharedSecrets(directory, layout.KeyRing, databaseDirectory, [.. options.KeyEncryptionKeyFile is { } own ? [own] : Array.Empty<string>(), .. options.FormerKeyEncryptionKeyFiles]);
            if (!isDevelopment && PrivateFiles.OthersCanWrite(directory))
                throw new InvalidOperationException($"Others than its owner can write to the directory of secrets '{directory}', and so choose the keys that runs are paid with. Close it with: chmod go-w.");
        }
        if (!isDevelopment && databaseDirectory is not null && PrivateFiles.OthersCanWrite(databaseDirectory))
        {
            // Not closed here: who else uses a directory of the operator's is the operator's to say.
            throw new InvalidOperationException(
                $"Others than its owner can write to the database's directory '{databaseDirectory}', and so put files in the place of the store's own. Close it with: chmod go-w. Or name a directory within it that is not "
                + "there yet: it is made for its owner alone.");
        }
        return layout;
    }

    /// <summary>Where relative paths begin.</summary>
    public static string RootOf(IHostEnvironment? environment) => environment?.ContentRootPath is { Length: > 0 } content ? content : Directory.GetCurrentDirectory();

    /// <summary>Keeps what lies in the default places out of version control: there a ring may be in clear text.</summary>
    public static void IgnoreDefaultDirectory(StorageOptions options, IHostEnvironment? environment)
    {
        if (environment?.IsDevelopment() != true || options.DatabasePath != StorageOptions.DefaultDatabasePath && options.KeyRingPath != StorageOptions.DefaultKeyRingPath)
            return;
        var directory = Path.Combine(environment.ContentRootPath, StorageOptions.DefaultDirectory);
        var file = Path.Combine(directory, ".gitignore");
        if (Directory.Exists(directory) && !PrivateFiles.IsLink(file) && !File.Exists(file))
            PrivateFiles.Write(file, static ignore => ignore.Write("*\n"u8));
    }

    private static string DatabaseOf(StorageOptions options, string root)
    {
        var database = Path.GetFullPath(Path.Combine(root, options.DatabasePath));
        return Path.GetFileName(database) is { Length: > 0 } name
            ? Path.Combine(RealPath.Of(Path.GetDirectoryName(database)!), name)
            : throw new InvalidOperationException($"{nameof(StorageOptions)}.{nameof(options.DatabasePath)} names a directory. Name the file in it that profiles and tokens are stored in.");
    }

    /// <summary>A reference to a file there reads it: what wraps the ring would become a key that is sent to a provider.</summary>
    private static void RefuseSharedSecrets(string secrets, string? ring, string? database, IEnumerable<string> wrapping)
    {
        if (secrets == ring || secrets == database || wrapping.Any(file => Path.GetDirectoryName(RealPath.Of(file)) == secrets))
        {
            throw new InvalidOperationException(
                $"{nameof(SecretReferenceOptions)}.{nameof(SecretReferenceOptions.FileDirectory)} holds the key ring, the database or a key-encryption key. References of profiles could read them: give the keys of profiles a directory of their own.");
        }
    }

    private static void RefuseUnprotected(StorageOptions options)
    {
        if (options.KeyRingPath is null)
        {
            throw new InvalidOperationException(
                $"The key ring is held in memory: after a restart no stored key can be read. Set {nameof(options.KeyRingPath)} and what wraps the ring. ({nameof(options.AllowUnprotectedKeyRing)} lets this pass.)");
        }
        if (options.KeyRingCertificate is null && options.KeyEncryptionKeyFile is null)
        {
            throw new InvalidOperationException(
                $"The key ring would lie in clear text on disk. Set {nameof(StorageOptions)}.{nameof(options.KeyEncryptionKeyFile)}, a file that `openssl rand -base64 32` makes, or {nameof(options.KeyRingCertificate)}; in the environment Development neither is needed. ({nameof(options.AllowUnprotectedKeyRing)} lets this pass.)");
        }
    }

    private static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith(Path.EndsInDirectorySeparator(directory) ? directory : directory + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
