namespace KeyedWorkflows.Storage;

/// <summary>A statement that is prepared once a connection. Its parameters are <c>$1</c>, <c>$2</c> and so on; both databases read it.</summary>
internal sealed class HistoryStatement(string sql)
{
    public string Sql => sql;
}
