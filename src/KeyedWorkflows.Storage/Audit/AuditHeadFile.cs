using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The head of the audit as this host knows it, beside the key ring and so apart from the database: without it, entries that are taken away at the end leave no trace. One file for each key. Since a ring may serve more than one
/// database, each says of which it is: not by a mark that the database keeps, which whoever empties the audit would take along, but by where the database lies, which they cannot choose.
/// </summary>
internal sealed class AuditHeadFile
{
    private const string Extension = ".head";

    /// <summary>Digits of a key's mark, and of the mark of a place.</summary>
    private const int KeyDigits = 16, PlaceDigits = 32;

    private readonly string directory;
    private readonly string keyMark;
    private readonly string place;

    /// <param name="ring">The directory of the key ring.</param>
    /// <param name="keyMark">What tells the audit's key apart.</param>
    /// <param name="place">Where the database lies. What is written is a mark of it.</param>
    public AuditHeadFile(string ring, string keyMark, string place)
    {
        directory = Path.Combine(ring, "audit");
        this.keyMark = keyMark;
        this.place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..PlaceDigits];
    }

    private string FilePath => Path.Combine(directory, keyMark + Extension);

    /// <summary>The head; null where none was written, or what is there is none.</summary>
    public AuditHead? Read() => Read(FilePath)?.Head;

    /// <summary>The heads that audits of this database had under other keys.</summary>
    /// <param name="withUnnamed">Whether those count that do not say of which database they are.</param>
    public List<KeptHead> ReadOthers(bool withUnnamed)
    {
        try
        {
            return !Directory.Exists(directory) ? [] :
            [
                .. Directory.EnumerateFiles(directory, "*" + Extension).Where(path => path != FilePath).Select(Read).OfType<KeptHead>()
                    .Where(other => other.Place is null ? withUnnamed : other.Place == place).OrderBy(static other => other.KeyMark, StringComparer.Ordinal),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is not this host's to read.
            return [];
        }
    }

    /// <summary>Writes a head. One that is ahead of it, of another process, stays, unless what it says does not hold any more.</summary>
    public void Write(AuditHead head, bool isNewBeginning)
    {
        if (!isNewBeginning && Read() is { } present && present.Number >= head.Number)
            return;
        Replace(head);
    }

    /// <summary>Has the file say where the database lies now, which may have been moved.</summary>
    public void SayWhere()
    {
        if (Read(FilePath) is { } present && present.Place != place)
            Replace(present.Head);
    }

    private static KeptHead? Read(string path)
    {
        try
        {
            var mark = Path.GetFileNameWithoutExtension(path);
            if (mark.Length != KeyDigits || !mark.All(char.IsAsciiHexDigitLower) || !File.Exists(path) || PrivateFiles.IsLink(path))
                return null;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> text = stackalloc byte[256];
            var length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            string[] lines = Encoding.ASCII.GetString(text[..length]).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return lines.Length > 0 && AuditHead.TryParse(lines[0], out var head) ? new KeptHead(mark, head, lines.Length > 1 ? lines[1] : null) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process has just put a newer one in its place, or the file is not this host's to read.
            return null;
        }
    }

    private void Replace(AuditHead head)
    {
        PrivateFiles.CreateOwnDirectory(directory);
        PrivateFiles.Write(FilePath, file => file.Write(Encoding.ASCII.GetBytes($"{head}\n{place}\n")));
    }
}
