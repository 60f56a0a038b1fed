namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>Draws from a seed, the same on each platform and framework (SplitMix64).</summary>
internal sealed class Draw(ulong seed, Flavour flavour)
{
    public const string Lower = "abcdefghijklmnopqrstuvwxyz";
    public const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    public const string Digits = "0123456789";
    public const string Alphanumeric = Upper + Lower + Digits;
    public const string Word = Alphanumeric + "_-";
    public const string HexDigits = Digits + "abcdef";

    private ulong state = seed;

    public Flavour Flavour { get; } = flavour;

    /// <summary>An independent stream, so that one kind of case can be changed without the others changing too.</summary>
    public static Draw For(ulong seed, Flavour flavour, string kind, int index)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in kind)
            hash = (hash ^ c) * 1099511628211UL;
        foreach (var part in (ReadOnlySpan<ulong>)[seed, (ulong)flavour, (ulong)index])
            hash = Mix(hash ^ part) + 0x9E3779B97F4A7C15UL;
        return new Draw(hash, flavour);
    }

    public int Next(int below) => (int)(NextULong() % (ulong)below);

    public int Between(int first, int last) => first + Next(last - first + 1);

    public bool Chance(int percent) => Next(100) < percent;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];

    public string Of(params string[] choices) => choices[Next(choices.Length)];

    /// <summary>One of the words of this flavour; words without a flavour belong to both.</summary>
    public string Of(Pool pool) => Of(pool.Of(Flavour));

    public string Text(string alphabet, int length)
    {
        var text = new char[length];
        for (var i = 0; i < length; i++)
            text[i] = alphabet[Next(alphabet.Length)];
        return new string(text);
    }

    public string Hex(int length) => Text(HexDigits, length);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[i] = (byte)Next(256);
        return bytes;
    }

    public string Base64(int bytes) => Convert.ToBase64String(Bytes(bytes));

    public string Guid(string format = "D")
    {
        var bytes = Bytes(16);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes).ToString(format);
    }

    private ulong NextULong()
    {
        state += 0x9E3779B97F4A7C15UL;
        return Mix(state);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
