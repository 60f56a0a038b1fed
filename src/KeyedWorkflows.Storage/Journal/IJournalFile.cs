namespace KeyedWorkflows.Storage;

/// <summary>The file of a journal, which its process holds locked. Safe for use from several threads.</summary>
internal interface IJournalFile : IDisposable
{
    /// <summary>Its name, which no other has had.</summary>
    string Name { get; }

    /// <summary>Hands bytes over to the system: they outlive this process from then on.</summary>
    /// <exception cref="IOException">There is no room for them, or the disk fails.</exception>
    void Write(ReadOnlySpan<byte> bytes, long at);

    /// <summary>Reads from a place on.</summary>
    /// <returns>How much there was: less than was asked for at the end.</returns>
    int Read(Span<byte> bytes, long at);

    /// <summary>Gives it a name by which it is found no more: its operator may look what is in it.</summary>
    void SetAside();

    /// <summary>Takes the file away. It is open until it is disposed of.</summary>
    void Remove();
}
