namespace KeyedWorkflows.Storage.Tests;

/// <summary>A database that answers the question whether it has changed only when it is let.</summary>
internal sealed class SlowDatabase(IStorageDatabase inner) : CommitDatabase(inner)
{
    private readonly ManualResetEventSlim answers = new(initialState: true);
    private int questions;

    /// <summary>How often it was asked.</summary>
    public int Questions => Volatile.Read(ref questions);

    public void Hold() => answers.Reset();

    public void LetGo() => answers.Set();

    public override bool HasChanged(out StoreChange present)
    {
        Interlocked.Increment(ref questions);
        answers.Wait(TestContext.Current.CancellationToken);
        return base.HasChanged(out present);
    }

    public override void Dispose()
    {
        answers.Dispose();
        base.Dispose();
    }

    protected override void Commit(IHistorySession session) => session.Commit();
}
