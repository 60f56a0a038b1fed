using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>The key-encryption keys of a host: the first wraps, all unwrap. Safe for use from several threads.</summary>
internal sealed class KeyEncryptionKeys
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>No file of a key is longer, and no other file is read whole because it was named by mistake.</summary>
    private const int MaxFileLength = 1024;

    private readonly byte[][] keys;

    private KeyEncryptionKeys(byte[][] keys) => this.keys = keys;

    /// <summary>Reads the keys from their files.</summary>
    /// <param name="files">The files; links to them are followed, as secrets are mounted by links.</param>
    /// <param name="mayBeLoose">Whether others than a file's owner may read it.</param>
    /// <exception cref="InvalidOperationException">A file is missing, malformed or open to others. The message says nothing of what stands in it.</exception>
    public static KeyEncryptionKeys Read(IEnumerable<string> files, bool mayBeLoose) => new([.. files.Select(file => ReadOne(file, mayBeLoose))]);

    /// <summary>Nonce, tag and text, under the first key.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> text)
    {
        var wrapped = new byte[NonceLength + TagLength + text.Length];
        var nonce = wrapped.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(keys[0], TagLength);
        cipher.Encrypt(nonce, text, wrapped.AsSpan(NonceLength + TagLength), wrapped.AsSpan(NonceLength, TagLength));
        return wrapped;
    }

    /// <exception cref="CryptographicException">None of the keys wrapped this, or it was altered.</exception>
    public byte[] Unwrap(ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < NonceLength + TagLength)
            throw new CryptographicException("A wrapped key is too short.");
        var text = new byte[wrapped.Length - NonceLength - TagLength];
        foreach (var key in keys)
        {
            try
            {
                using var cipher = new AesGcm(key, TagLength);
                cipher.Decrypt(wrapped[..NonceLength], wrapped[(NonceLength + TagLength)..], wrapped.Slice(NonceLength, TagLength), text);
                return text;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another key may have wrapped it.
            }
        }
        throw new CryptographicException("No key-encryption key of this host opens a key of the ring.");
    }

    private static byte[] ReadOne(string file, bool mayBeLoose)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
            throw new InvalidOperationException($"The key-encryption key file '{path}' is missing. Restore it, or name the right one: without it the stored keys cannot be read.");

        // The mode is asked of what was opened: it is the file that is read, wherever a link leads meanwhile.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!mayBeLoose && !OperatingSystem.IsWindows() && IsLoose(File.GetUnixFileMode(stream.SafeFileHandle)))
        {
            throw new InvalidOperationException(
                $"The key-encryption key file '{path}' is open to others than its owner: who can read it opens the key ring. Close it with: chmod 600 (or 440, where its group is that of the host alone). "
                + "If others had access, wrap the ring by another key, this one among the former ones, and re-encrypt.");
        }
        Span<byte> bytes = stackalloc byte[MaxFileLength + 1];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = Encoding.ASCII.GetString(bytes[..read]).Trim();
        var key = new byte[KeyLength];
        return read <= MaxFileLength && text.Length <= 64 && Convert.TryFromBase64String(text, key, out var length) && length == KeyLength
            ? key
            : throw new InvalidOperationException($"The key-encryption key file '{path}' does not hold 32 bytes as base64. Make one with: openssl rand -base64 32");
    }

    /// <summary>
    /// The owner's alone it is, but for 0440, which nobody can write and which is made on purpose: so are secrets mounted for a process that is not their owner (Kubernetes: <c>defaultMode: 0400</c> with <c>fsGroup</c>).
    /// </summary>
    private static bool IsLoose(UnixFileMode mode)
    {
        var forOthers = mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return forOthers != 0 && mode != (UnixFileMode.UserRead | UnixFileMode.GroupRead);
    }
}
