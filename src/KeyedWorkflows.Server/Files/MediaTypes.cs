namespace KeyedWorkflows.Server;

/// <summary>What a file is, by its content: its name and what its sender says of it decide nothing, but where the content does not tell.</summary>
internal static class MediaTypes
{
    public const string Unknown = "application/octet-stream";

    private static readonly (byte[] Magic, int At, string Type)[] Known =
    [
        ("%PDF-"u8.ToArray(), 0, "application/pdf"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], 0, "image/png"),
        ([0xFF, 0xD8, 0xFF], 0, "image/jpeg"),
        ("GIF8"u8.ToArray(), 0, "image/gif"),
        ("WEBP"u8.ToArray(), 8, "image/webp"),
        ("WAVE"u8.ToArray(), 8, "audio/wav"),
        ("ID3"u8.ToArray(), 0, "audio/mpeg"),
        ("OggS"u8.ToArray(), 0, "audio/ogg"),
        ("fLaC"u8.ToArray(), 0, "audio/flac"),
        ("ftyp"u8.ToArray(), 4, "video/mp4"),
        ([0x1A, 0x45, 0xDF, 0xA3], 0, "video/webm"),
        ([(byte)'P', (byte)'K', 3, 4], 0, "application/zip"),
        ([0x1F, 0x8B], 0, "application/gzip"),
    ];

    /// <summary>Office's documents and archives of other names are zip files: within those the name tells which.</summary>
    private static readonly Dictionary<string, string> Zipped = new(StringComparer.OrdinalIgnoreCase)
    {
        ["docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ["xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ["pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ["epub"] = "application/epub+zip",
    };

    private static readonly Dictionary<string, string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["md"] = "text/markdown",
        ["markdown"] = "text/markdown",
        ["csv"] = "text/csv",
        ["json"] = "application/json",
        ["xml"] = "application/xml",
        ["html"] = "text/html",
        ["htm"] = "text/html",
    };

    public static string Of(ReadOnlySpan<byte> content, string extension)
    {
        foreach (var (magic, at, type) in Known)
        {
            if (content.Length >= at + magic.Length && content.Slice(at, magic.Length).SequenceEqual(magic))
                return type == "application/zip" && Zipped.TryGetValue(extension, out var office) ? office : type;
        }
        if (content.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(content))
            return Unknown;
        return Texts.TryGetValue(extension, out var text) ? text : "text/plain";
    }
}
