namespace KeyedWorkflows.Storage.Tests;

/// <summary>A database that notes what is written to a table of the history, in the order in which its rows are taken.</summary>
/// <param name="inner">The database.</param>
/// <param name="table">The table.</param>
/// <param name="id">Which value of a statement says which row it is.</param>
internal sealed class WatchedDatabase(IStorageDatabase inner, string table, int id) : CommitDatabase(inner)
{
    private readonly List<string> taken = [];

    /// <summary>The rows that were taken, each where it was taken first.</summary>
    public string[] Taken
    {
        get
        {
            lock (taken)
                return [.. taken.Distinct(StringComparer.Ordinal)];
        }
    }

    public void Forget()
    {
        lock (taken)
            taken.Clear();
    }

    protected override void Commit(IHistorySession session) => session.Commit();

    protected override void OnWrite(HistoryStatement statement, ReadOnlySpan<object?> values)
    {
        if (!statement.Sql.Contains(table, StringComparison.Ordinal) || statement.Sql.StartsWith("SELECT", StringComparison.Ordinal))
            return;
        lock (taken)
            taken.Add((string)values[id]!);
    }
}
