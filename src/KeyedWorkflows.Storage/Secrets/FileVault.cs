using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary><c>file:NAME</c>: plain files directly inside one directory. Links are followed first, and what counts is where they lead.</summary>
internal sealed class FileVault(string directory) : ILocalVault
{
    private const int MaxLength = 8 * 1024;

    private const int MaxName = 255;

    private const int Attempts = 3;

    public string Scheme => "file";

    /// <summary>A name, or a path that is the directory's and a name.</summary>
    public string? FirstFault(string reference) => NameOf(reference) is null
        ? "it does not name a file directly inside the host's directory of secrets, by 1 to 255 letters, digits, '_', '-' and '.'."
        : null;

    public Secret Read(string reference)
    {
        if (NameOf(reference) is not { } name)
            throw Outside();
        var bytes = new byte[MaxLength + 1];
        var length = ReadInto(bytes, name);
        if (length > MaxLength)
            throw new SecretVaultException("The file is longer than 8 KB, and holds no key.");
        return Secret.TryFrom(Encoding.Latin1.GetString(bytes, 0, length), out var secret)
            ? secret
            : throw new SecretVaultException("The file holds no key: a key is 1 to 4096 printable ASCII characters without spaces, and nothing else stands in the file.");
    }

    public Task<VaultSecret> ReadAsync(string reference, CancellationToken cancellationToken) => Task.FromResult(new VaultSecret(Read(reference)));

    private int ReadInto(byte[] bytes, string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Where the directory is now: a mounted secret is exchanged by a link in its path.
                var inside = RealPath.Of(directory);
                var path = RealPath.Of(Path.Combine(inside, name));
                if (Path.GetDirectoryName(path) != inside)
                    throw Outside();
                using var file = PlainFile.Open(path);
                return file.Read(bytes);
            }
            catch (IOException) when (attempt < Attempts)
            {
                // It was exchanged for a new one just now.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                throw new SecretVaultException($"The file cannot be read ({error.GetType().Name}). See that it lies in the host's directory of secrets, is a plain file, and that the host may read it.")
                {
                    // One that is gone, or not for this host any more, was taken away.
                    IsTransient = error is IOException and not (FileNotFoundException or DirectoryNotFoundException),
                };
            }
        }
    }

    private static SecretVaultException Outside() => new("The file does not lie directly inside the host's directory of secrets. Put it there, or name another.");

    private string? NameOf(string reference)
    {
        var name = reference;
        if (Path.IsPathRooted(reference))
        {
            name = Path.GetFileName(reference);
            if (reference != Path.Combine(directory, name))
                return null;
        }
        return name.Length is > 0 and <= MaxName && name is not ("." or "..") && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? name : null;
    }
}
