namespace KeyedWorkflows.Storage.Tests;

/// <summary>The databases that the store is proven on.</summary>
public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}
