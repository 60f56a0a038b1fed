using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The requests to providers that are under way, and those that have ended and are not in the ledger yet: in a file that is mapped into memory, so that it outlives the process without anybody waiting for a disk. What a process that
/// was killed leaves in it is booked by the next (<see cref="CallRecovery"/>). A file belongs to one process, which holds it locked. It holds names, tokens' ids and counts: nothing of what was said, and no key. Safe for use from several threads.
/// </summary>
internal sealed class CallJournal : IDisposable
{
    public const string Extension = ".calls";

    /// <summary>What is said of a request for which there is no journal.</summary>
    public const int NoTicket = -1;

    private const int SlotsOfSegment = 1024;
    private const int SegmentBytes = SlotsOfSegment * JournalSlot.Bytes;

    /// <summary>As many requests as this do not go on at once in one process: beyond it they are not noted.</summary>
    private const int MostSegments = 128;

    /// <summary>All of a slot that is free, but for its mark.</summary>
    private static readonly byte[] Nothing = new byte[JournalSlot.Bytes - 1];

    private readonly FileStream file;
    private readonly ConcurrentQueue<int> free = new();
    private readonly Lock gate = new();
    private volatile Segment[] segments = [];
    private bool isDisposed;

    private CallJournal(FileStream file) => this.file = file;

    /// <summary>The file's name, which no other has had.</summary>
    public string Name => Path.GetFileName(file.Name);

    /// <summary>Begins a journal in a directory.</summary>
    /// <param name="prefix">How the names of its files begin, with their directory.</param>
    public static CallJournal Create(string prefix)
    {
        var path = $"{prefix}.{Guid.NewGuid():N}{Extension}";
        PrivateFiles.Create(path);

        // Who opens it for himself alone finds that its process lives; to read it, nobody is kept from.
        return new(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));
    }

    /// <summary>The journals that processes left which are gone. Each is locked until it is disposed of.</summary>
    public static IEnumerable<CallJournal> FindLeft(string prefix)
    {
        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + ".*" + Extension))
        {
            if (TryOpen(path) is { } left)
                yield return new(left);
        }

        static FileStream? TryOpen(string path)
        {
            try
            {
                return PrivateFiles.IsLink(path) ? null : new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Its process lives, or another has taken it away.
                return null;
            }
        }
    }

    /// <summary>Notes a request that is about to leave.</summary>
    /// <returns>Its ticket; <see cref="NoTicket"/> where there is no room.</returns>
    public int Begin(JournalCall call)
    {
        if (!free.TryDequeue(out var ticket) && !TryGrow(out ticket))
            return NoTicket;
        Span<byte> slot = stackalloc byte[JournalSlot.Bytes];
        var length = JournalSlot.WriteStart(slot, call);
        Write(ticket, 1, slot[1..length]);
        Write(ticket, 0, [JournalSlot.Begun]);
        return ticket;
    }

    /// <summary>Notes how a request ended.</summary>
    public void End(int ticket, int number, in RunUsage usage, bool isEstimated, string? modelAnswered, string? errorCode, TimeSpan duration)
    {
        if (ticket == NoTicket)
            return;
        Span<byte> end = stackalloc byte[JournalSlot.EndBytes];
        var length = JournalSlot.WriteEnd(end, number, usage, isEstimated, modelAnswered, errorCode, duration);
        Write(ticket, JournalSlot.EndAt, end[..length]);
        Write(ticket, 0, [JournalSlot.Ended]);
    }

    /// <summary>The request is in the ledger. Nothing of it stays here: not the name of its end user either, which may be purged from everywhere else.</summary>
    public void Free(int ticket)
    {
        if (ticket == NoTicket)
            return;
        Write(ticket, 0, [JournalSlot.Free]);
        Write(ticket, 1, Nothing);
        free.Enqueue(ticket);
    }

    /// <summary>What a process that is gone left.</summary>
    public List<JournalCall> ReadLeft()
    {
        List<JournalCall> calls = [];
        var slot = new byte[JournalSlot.Bytes];
        file.Position = 0;
        while (file.ReadAtLeast(slot, slot.Length, throwOnEndOfStream: false) == slot.Length)
        {
            if (JournalSlot.Read(slot) is { } call)
                calls.Add(call);
        }
        return calls;
    }

    /// <summary>Ends it: what it noted is in the ledger.</summary>
    public void Remove()
    {
        File.Delete(file.Name);
        Dispose();
    }

    /// <summary>Closes it. Where something is left in it the file stays, and is booked when a process starts.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isDisposed)
                return;
            isDisposed = true;
            if (segments.Length > 0 && free.Count == segments.Length * SlotsOfSegment)
                File.Delete(file.Name);
            foreach (var segment in segments)
                segment.Dispose();
            if (segments.Length == 0 && file.Length == 0)
                File.Delete(file.Name);
            file.Dispose();
        }
    }

    private bool TryGrow(out int ticket)
    {
        lock (gate)
        {
            if (free.TryDequeue(out ticket))
                return true;
            ticket = NoTicket;
            if (isDisposed || segments.Length == MostSegments)
                return false;
            var first = segments.Length * SlotsOfSegment;
            file.SetLength((long)(segments.Length + 1) * SegmentBytes);
            segments = [.. segments, new Segment(file, (long)segments.Length * SegmentBytes)];
            for (var slot = 1; slot < SlotsOfSegment; slot++)
                free.Enqueue(first + slot);
            ticket = first;
            return true;
        }
    }

    private void Write(int ticket, int at, ReadOnlySpan<byte> bytes) => segments[ticket / SlotsOfSegment].Write((ticket % SlotsOfSegment * JournalSlot.Bytes) + at, bytes);

    private sealed class Segment : IDisposable
    {
        private readonly MemoryMappedFile mapped;
        private readonly MemoryMappedViewAccessor view;

        public Segment(FileStream file, long at)
        {
            mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            view = mapped.CreateViewAccessor(at, SegmentBytes);
        }

        public void Write(int at, ReadOnlySpan<byte> bytes) => view.SafeMemoryMappedViewHandle.WriteSpan((ulong)(view.PointerOffset + at), bytes);

        public void Dispose()
        {
            view.Dispose();
            mapped.Dispose();
        }
    }
}
