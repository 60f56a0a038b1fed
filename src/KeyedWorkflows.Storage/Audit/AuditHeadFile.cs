using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The head of the audit as this host knows it, beside the key ring and so apart from the database: without it, entries that are taken away at the end leave no trace. One file for each key, since a ring may serve more than one
/// database.
/// </summary>
internal sealed class AuditHeadFile(string ring, string keyMark)
{
    private readonly string directory = Path.Combine(ring, "audit");

    private string FilePath => Path.Combine(directory, keyMark + ".head");

    /// <summary>The head; null where none was written, or what is there is none.</summary>
    public AuditHead? Read()
    {
        try
        {
            if (!File.Exists(FilePath) || PrivateFiles.IsLink(FilePath))
                return null;
            using var file = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> text = stackalloc byte[128];
            var length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return AuditHead.TryParse(Encoding.ASCII.GetString(text[..length]).TrimEnd(), out var head) ? head : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process has just put a newer one in its place, or the file is not this host's to read.
            return null;
        }
    }

    /// <summary>Whether there is the head of another audit, under another key.</summary>
    public bool HasOthers() => Directory.Exists(directory) && Directory.EnumerateFiles(directory, "*.head").Any(other => Path.GetFileName(other) != Path.GetFileName(FilePath));

    /// <summary>Writes a head. One that is ahead of it, of another process, stays, unless what it says does not hold any more.</summary>
    public void Write(AuditHead head, bool isNewBeginning)
    {
        if (!isNewBeginning && Read() is { } present && present.Number >= head.Number)
            return;
        PrivateFiles.CreateOwnDirectory(directory);
        PrivateFiles.Write(FilePath, file => file.Write(Encoding.ASCII.GetBytes(head + "\n")));
    }
}
