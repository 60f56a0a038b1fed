using System.Collections.Concurrent;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The requests to providers that are under way, and those that have ended and are not in the ledger yet: in a file, by writes that the system takes at once, so that it outlives the process without anybody waiting for a disk. (A file
/// that is mapped into memory would do the same, and end the process where the disk is full.) What a process that was killed leaves in it is booked by the next (<see cref="CallRecovery"/>). It holds names, tokens' ids and counts:
/// nothing of what was said, and no key. Safe for use from several threads.
/// </summary>
internal sealed class CallJournal(IJournalFile file) : IDisposable
{
    /// <summary>What is said of a request for which there is no journal.</summary>
    public const int NoTicket = -1;

    /// <summary>As many requests as this do not go on at once in one process: beyond it they are not noted.</summary>
    private const int MostSlots = 131_072;

    private static readonly byte[] Nothing = new byte[JournalSlot.Bytes];

    private readonly ConcurrentQueue<int> free = new();
    private int slots;
    private volatile bool isOver;

    public string Name => file.Name;

    /// <summary>Notes a request that is about to leave.</summary>
    /// <returns>Its ticket; <see cref="NoTicket"/> where it is not noted, because there are too many or this is at its end.</returns>
    /// <exception cref="IOException">There is no room for it, or the disk fails.</exception>
    public int Begin(JournalCall call)
    {
        if (!free.TryDequeue(out var ticket) && !TryAdd(out ticket))
            return NoTicket;

        // Asked after the ticket was taken: who ends this counts the tickets that are back, after having said so.
        if (isOver)
            return NoTicket;
        Span<byte> slot = stackalloc byte[JournalSlot.Bytes];
        var length = JournalSlot.WriteStart(slot, call);
        file.Write(slot[..length], At(ticket));
        return ticket;
    }

    /// <summary>Notes how a request ended.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void End(int ticket, int number, in RunUsage usage, bool isEstimated, string? modelAnswered, string? errorCode, TimeSpan duration)
    {
        if (ticket == NoTicket)
            return;
        Span<byte> end = stackalloc byte[JournalSlot.EndBytes];
        var length = JournalSlot.WriteEnd(end, number, usage, isEstimated, modelAnswered, errorCode, duration);
        file.Write(end[..length], At(ticket));
    }

    /// <summary>The request is in the ledger. Nothing of it stays here: not the name of its end user either, which may be purged from everywhere else.</summary>
    /// <exception cref="IOException">The disk fails. The ticket is given out no more.</exception>
    public void Free(int ticket)
    {
        if (ticket == NoTicket)
            return;
        file.Write(Nothing, At(ticket));
        free.Enqueue(ticket);
    }

    /// <summary>What a process that is gone left.</summary>
    /// <param name="damaged">How many places hold something, and no call that can be read.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    /// <exception cref="NotSupportedException">It is no file that can be read.</exception>
    public List<JournalCall> ReadLeft(out int damaged)
    {
        List<JournalCall> calls = [];
        damaged = 0;
        var slot = new byte[JournalSlot.Bytes];
        for (var ticket = 0; TryRead(ticket, slot); ticket++)
        {
            // No journal grows so long.
            if (ticket == MostSlots)
            {
                damaged++;
                break;
            }
            if (JournalSlot.Read(slot) is { } call)
                calls.Add(call);
            else if (!JournalSlot.IsFree(slot))
                damaged++;
        }
        return calls;
    }

    /// <summary>Keeps what cannot be read where nobody looks for journals. What could be read is in the ledger, and stays in it no longer.</summary>
    public void SetAside()
    {
        var slot = new byte[JournalSlot.Bytes];
        for (var ticket = 0; ticket < MostSlots && TryRead(ticket, slot); ticket++)
        {
            if (JournalSlot.Read(slot) is not null)
                file.Write(Nothing, At(ticket));
        }
        file.SetAside();
    }

    /// <summary>Takes the file away: what it notes is in the ledger.</summary>
    public void Remove() => file.Remove();

    /// <summary>Ends it. Where something is left in it the file stays, and is booked when a process starts.</summary>
    public void Dispose()
    {
        if (isOver)
            return;
        isOver = true;
        Interlocked.MemoryBarrier();
        if (free.Count == Volatile.Read(ref slots))
            file.Remove();
        file.Dispose();
    }

    private bool TryAdd(out int ticket)
    {
        ticket = Interlocked.Increment(ref slots) - 1;
        if (ticket < MostSlots)
            return true;
        Interlocked.Decrement(ref slots);
        ticket = NoTicket;
        return false;
    }

    private bool TryRead(int ticket, byte[] slot)
    {
        var count = file.Read(slot, At(ticket));
        slot.AsSpan(count).Clear();
        return count > 0;
    }

    private static long At(int ticket) => (long)ticket * JournalSlot.Bytes;
}
