using System.Text;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>Looks for a key, or any piece of eight characters of its random part, in what must not hold one.</summary>
internal static class Canary
{
    private const int Window = 8;

    public static void IsNotIn(string text, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            Assert.Null(PieceIn(Encoding.UTF8.GetBytes(text), key));
    }

    /// <summary>Every file below a directory, whatever it is, but for the locks of living processes, which are empty.</summary>
    public static void IsInNoFile(string directory, params ReadOnlySpan<string> keys)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var bytes = ReadShared(file);
            foreach (var key in keys)
            {
                if (PieceIn(bytes, key) is { } piece)
                    Assert.Fail($"A piece of a key ({piece.Length} characters) stands in {Path.GetRelativePath(directory, file)}.");
            }
        }
    }

    private static byte[] ReadShared(string file)
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        open.CopyTo(copy);
        return copy.ToArray();
    }

    private static string? PieceIn(ReadOnlySpan<byte> bytes, string key)
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
}
