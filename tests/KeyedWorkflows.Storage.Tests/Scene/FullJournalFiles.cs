namespace KeyedWorkflows.Storage.Tests;

/// <summary>Journals on a disk that has no room while <see cref="IsFull"/>.</summary>
internal sealed class FullJournalFiles(IJournalFiles inner) : IJournalFiles
{
    public volatile bool IsFull;

    public IJournalFile Create()
    {
        ThrowIfFull();
        return new File(inner.Create(), this);
    }

    public IEnumerable<IJournalFile> FindLeft() => inner.FindLeft();

    private void ThrowIfFull()
    {
        if (IsFull)
            throw new IOException("No space left on device");
    }

    private sealed class File(IJournalFile inner, FullJournalFiles disk) : IJournalFile
    {
        public string Name => inner.Name;

        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            disk.ThrowIfFull();
            inner.Write(bytes, at);
        }

        public int Read(Span<byte> bytes, long at) => inner.Read(bytes, at);

        public void SetAside() => inner.SetAside();

        public void Remove() => inner.Remove();

        public void Dispose() => inner.Dispose();
    }
}
