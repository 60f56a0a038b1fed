using System.Security.Cryptography;

namespace KeyedWorkflows.Storage;

/// <summary>The key-encryption keys of a host: the first wraps, all unwrap. Safe for use from several threads.</summary>
internal sealed class KeyEncryptionKeys
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[][] keys;

    private KeyEncryptionKeys(byte[][] keys) => this.keys = keys;

    /// <summary>Reads the keys from their files.</summary>
    /// <exception cref="InvalidOperationException">A file is missing or malformed. The message says nothing of what stands in it.</exception>
    public static KeyEncryptionKeys Read(IEnumerable<string> files) => new([.. files.Select(ReadOne)]);

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

    private static byte[] ReadOne(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
            throw new InvalidOperationException($"The key-encryption key file '{path}' is missing. Restore it, or name the right one: without it the stored keys cannot be read.");
        var text = File.ReadAllText(path).Trim();
        var key = new byte[KeyLength];
        return text.Length <= 64 && Convert.TryFromBase64String(text, key, out var length) && length == KeyLength
            ? key
            : throw new InvalidOperationException($"The key-encryption key file '{path}' does not hold 32 bytes as base64. Make one with: openssl rand -base64 32");
    }
}
