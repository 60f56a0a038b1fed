using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace KeyedWorkflows;

/// <summary>
/// A key that can be used, not shown. <see cref="ToString"/>, the debugger and records carry a mark in its place, JSON a fingerprint that is read back as a secret which cannot be used; only <see cref="Reveal"/> gives the key, and the only
/// caller of that should be the code that puts it on the wire. Immutable and safe to share.
/// </summary>
[DebuggerDisplay("{Mark,nq}")]
[JsonConverter(typeof(SecretJsonConverter))]
public sealed class Secret : IEquatable<Secret>
{
    /// <summary>The longest key that is taken, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Drawn at the start of each process, so that a fingerprint leads back to no key, and is nothing to search a list of keys by.</summary>
    private static readonly byte[] FingerprintKey = RandomNumberGenerator.GetBytes(32);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? value;

    private Secret(string? value) => this.value = value;

    /// <summary>What stands where the key would: never the key, nor a piece of it.</summary>
    private const string Mark = "(secret)";

    private const string FingerprintPrefix = "secret:";

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>What a JSON text of a secret is read back as: a value that cannot be used.</summary>
    internal static Secret Unusable { get; } = new(null);

    /// <summary>What JSON holds in the key's place: 64 bits by which texts of one process tell keys apart. It means nothing elsewhere.</summary>
    internal string Fingerprint => value is null ? Mark : FingerprintPrefix + Convert.ToHexStringLower(HMACSHA256.HashData(FingerprintKey, MemoryMarshal.AsBytes(value.AsSpan())).AsSpan(0, 8));

    /// <summary>Whether a text is what JSON holds in a key's place, white space at its ends aside, which keys are taken without: it came from an answer, and is no key.</summary>
    internal static bool IsFingerprint(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        return text.SequenceEqual(Mark)
            || (text.Length == FingerprintPrefix.Length + 16 && text.StartsWith(FingerprintPrefix, StringComparison.Ordinal) && !text[FingerprintPrefix.Length..].ContainsAnyExcept(Hexadecimal));
    }

    /// <summary>Whether the secret holds a key. False for what was read back from JSON.</summary>
    public bool IsUsable => value is not null;

    /// <summary>Takes a key: 1 to 4096 characters of <c>!</c> to <c>~</c>, after white space at its ends is removed.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The secret.</returns>
    /// <exception cref="FormatException">The key is empty or malformed. The message does not repeat it.</exception>
    public static Secret From(string? key) =>
        TryFrom(key, out var secret)
            ? secret
            : throw new FormatException("The key is empty or malformed. A key is 1 to 4096 printable ASCII characters without spaces.");

    /// <summary>Takes a key without throwing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="secret">The secret, where the key is well formed.</param>
    /// <returns>Whether the key is well formed.</returns>
    public static bool TryFrom(string? key, [NotNullWhen(true)] out Secret? secret)
    {
        secret = null;
        if (key is null)
            return false;
        var trimmed = key.AsSpan().Trim();
        if (trimmed.Length is 0 or > MaxLength || trimmed.ContainsAnyExceptInRange('!', '~'))
            return false;
        secret = new Secret(trimmed.Length == key.Length ? key : trimmed.ToString());
        return true;
    }

    /// <summary>Gives the key, for the one place that puts it on the wire.</summary>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidOperationException">The secret was read back from JSON, which never holds the key.</exception>
    public string Reveal() => value ?? throw new InvalidOperationException("This secret was read back from JSON, which never holds the key. Take the key from where it is stored.");

    /// <summary>Compares the keys, in time that does not depend on where they differ.</summary>
    /// <param name="other">The other secret.</param>
    /// <returns>Whether both hold the same key.</returns>
    public bool Equals(Secret? other) =>
        other is not null && (ReferenceEquals(this, other) || (value is not null && other.value is not null
            && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(value.AsSpan()), MemoryMarshal.AsBytes(other.value.AsSpan()))));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>A mark, never the key.</summary>
    /// <returns>The mark.</returns>
    public override string ToString() => Mark;
}
