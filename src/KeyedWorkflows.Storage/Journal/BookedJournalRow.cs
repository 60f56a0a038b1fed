namespace KeyedWorkflows.Storage;

/// <summary>A journal of calls that was booked: whoever finds its file again books nothing.</summary>
internal sealed class BookedJournalRow
{
    public required string Name { get; set; }

    /// <summary>When its file was last there; null for one of an earlier version.</summary>
    public long? SeenAt { get; set; }
}
