namespace KeyedWorkflows.Storage.Tests;

/// <summary>A database whose answers to a commit get lost: what was committed is there, and nobody was told.</summary>
internal sealed class UnsureDatabase(IStorageDatabase inner) : CommitDatabase(inner)
{
    /// <summary>How many answers are lost from now on.</summary>
    public int Lost { get; set; }

    protected override void Commit(IHistorySession session)
    {
        session.Commit();
        if (Lost-- > 0)
            throw new IOException("The connection was lost.");
    }
}
