using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace KeyedWorkflows.Storage;

/// <summary>The last entry of an audit at some time. Kept apart from the database, it proves later that nothing up to it was taken away or rewritten.</summary>
/// <param name="Number">The number of the entry.</param>
/// <param name="Mac">Its code: 64 hexadecimal digits.</param>
public sealed record AuditHead(long Number, string Mac)
{
    private const int MacDigits = 64;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>The head as logs show it: <c>57:9f86d0…</c>.</summary>
    /// <returns>A text that <see cref="TryParse"/> reads.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Mac}");

    /// <summary>Reads a head as it was logged.</summary>
    /// <param name="text">The text.</param>
    /// <param name="head">The head.</param>
    /// <returns>Whether the text is one.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AuditHead? head)
    {
        head = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0 || !long.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            return false;
        var mac = text!.AsSpan(colon + 1).Trim();
        if (mac.Length != MacDigits || mac.ContainsAnyExcept(Digits))
            return false;
        head = new AuditHead(number, mac.ToString().ToLowerInvariant());
        return true;
    }
}
