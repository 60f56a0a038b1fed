using System.Text;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>Looks for a key, or any piece of six characters of its random part, in what must not hold one.</summary>
internal static class Canary
{
    private const int Window = 6;

    /// <returns>The piece that was found; null where there is none.</returns>
    public static string? In(ReadOnlySpan<byte> bytes, string key)
    {
        var random = key[(key.LastIndexOf('-') + 1)..];
        for (var start = 0; start + Window <= random.Length; start++)
        {
            var piece = random.Substring(start, Window);
            if (bytes.IndexOf(Encoding.ASCII.GetBytes(piece)) >= 0 || bytes.IndexOf(Encoding.Unicode.GetBytes(piece)) >= 0)
                return piece;
        }
        return null;
    }

    public static string? In(string text, string key) => In(Encoding.UTF8.GetBytes(text), key);
}
