using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The head of the audit as this host knows it, beside the key ring and so apart from the database: without it, entries that are taken away at the end leave no trace. Since a ring may serve more than one database, and a copy of one has
/// its key too, there is a file for each key and database. Which database it is says not a mark that the database keeps, which whoever empties the audit would take along, but where it lies, which they cannot choose.
/// </summary>
internal sealed class AuditHeadFile
{
    private const string Extension = ".head";

    /// <summary>Digits of a key's mark, and of the mark of a place.</summary>
    private const int KeyDigits = 16, PlaceDigits = 32;

    /// <summary>More is in none of these files.</summary>
    private const int MostBytes = 256;

    private const string LockName = "heads.lock";

    /// <summary>How often a file is opened that is being exchanged: each time another process has just written a newer head.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan TimeToLock = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PauseToLock = TimeSpan.FromMilliseconds(2);

    private readonly string directory;
    private readonly string keyMark;
    private readonly string place;

    /// <param name="ring">The directory of the key ring.</param>
    /// <param name="keyMark">What tells the audit's key apart.</param>
    /// <param name="place">Where the database lies. What is written is a mark of it.</param>
    public AuditHeadFile(string ring, string keyMark, string place)
    {
        // Where it really is: what is opened is compared with its path.
        directory = RealPath.Of(Path.Combine(ring, "audit"));
        this.keyMark = keyMark;
        this.place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..PlaceDigits];
    }

    private string FilePath => Path.Combine(directory, $"{keyMark}-{place}{Extension}");

    /// <summary>The head; null where none was written, or what is there is none. Of a database that was moved, or copied, it is the furthest that one of its key had, until its own is written.</summary>
    public AuditHead? Read() => ReadOwn() ?? ReadAll(own: true).MaxBy(static kept => kept.Head.Number)?.Head;

    /// <summary>The head of this database alone; null where none was written, or what is there is none.</summary>
    public AuditHead? ReadOwn() => Read(FilePath)?.Head;

    /// <summary>The heads that audits of this database had under other keys.</summary>
    /// <param name="withUnnamed">Whether those count that do not say of which database they are.</param>
    public List<KeptHead> ReadOthers(bool withUnnamed) =>
        [.. ReadAll(own: false).Where(other => other.Place is null ? withUnnamed : other.Place == place).OrderBy(static other => other.KeyMark, StringComparer.Ordinal)];

    /// <summary>The furthest head of the same key at another place: a copy of the database, or this one, if it was moved there and back.</summary>
    public AuditHead? ReadElsewhere() => ReadAll(own: true).Where(kept => kept.Place != place).MaxBy(static kept => kept.Head.Number)?.Head;

    /// <summary>Writes a head. One that is ahead of it, of another process, stays, unless what it says does not hold any more.</summary>
    /// <exception cref="IOException">It cannot be written, or it is not known whether the one that is there is ahead.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(AuditHead head, bool isNewBeginning) => Change(() =>
    {
        if (isNewBeginning || Open(FilePath)?.Head is not { } present || present.Number < head.Number)
            Replace(head);
    });

    /// <summary>Has a file of its own say where the database lies now, which may have been moved.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public void SayWhere()
    {
        // Most have one: those that may only read the ring are asked for nothing more.
        if (Read(FilePath) is not null || Read() is null)
            return;
        Change(() =>
        {
            if (Open(FilePath) is null && Read() is { } moved)
                Replace(moved);
        });
    }

    private List<KeptHead> ReadAll(bool own)
    {
        try
        {
            return !Directory.Exists(directory) ? [] : [.. Directory.EnumerateFiles(directory, "*" + Extension).Select(Read).OfType<KeptHead>().Where(kept => kept.KeyMark == keyMark == own)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is not this host's to read.
            return [];
        }
    }

    private static KeptHead? Read(string path)
    {
        try
        {
            return Open(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is not this host's to read.
            return null;
        }
    }

    /// <returns>Null where there is none, or what is there is none.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    private static KeptHead? Open(string path)
    {
        // Those of an earlier version are named by the key alone.
        var name = Path.GetFileNameWithoutExtension(path);
        var mark = name.Length == KeyDigits + 1 + PlaceDigits && name[KeyDigits] == '-' ? name[..KeyDigits] : name;
        if (mark.Length != KeyDigits || !mark.All(char.IsAsciiHexDigitLower))
            return null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (PrivateFiles.IsLink(path))
                    return null;
                using var file = PlainFile.Open(path);
                Span<byte> text = stackalloc byte[MostBytes];
                var length = file.Read(text);
                string[] lines = Encoding.ASCII.GetString(text[..length]).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                return lines.Length > 0 && AuditHead.TryParse(lines[0], out var head) ? new KeptHead(mark, head, lines.Length > 1 ? lines[1] : null) : null;
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or NotSupportedException)
            {
                return null;
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Another process has just put a newer one in its place.
            }
        }
    }

    /// <summary>Reads and writes in one step: of two processes, the one that has the older head must not write it over the newer.</summary>
    private void Change(Action change)
    {
        PrivateFiles.CreateOwnDirectory(directory);
        var began = Stopwatch.GetTimestamp();
        FileStream? turn;
        while ((turn = PrivateFiles.TryLock(Path.Combine(directory, LockName))) is null)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeToLock)
                throw new IOException("Another process holds the heads of the audit.");
            Thread.Sleep(PauseToLock);
        }
        using (turn)
            change();
    }

    private void Replace(AuditHead head)
    {
        PrivateFiles.Write(FilePath, file => file.Write(Encoding.ASCII.GetBytes($"{head}\n{place}\n")));
    }
}
