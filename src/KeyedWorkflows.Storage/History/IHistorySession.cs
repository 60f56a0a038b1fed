using System.Data.Common;

namespace KeyedWorkflows.Storage;

/// <summary>The one connection that writes history, held as long as it works. Whoever meets an error disposes of it, and what was not committed is gone. For one thread at a time.</summary>
internal interface IHistorySession : IDisposable
{
    /// <summary>Begins a transaction.</summary>
    void Begin();

    /// <summary>Writes. It may be carried out later, but before anything that comes after it.</summary>
    void Write(HistoryStatement statement, params ReadOnlySpan<object?> values);

    /// <summary>Writes now.</summary>
    /// <returns>How many rows it changed.</returns>
    int Change(HistoryStatement statement, params ReadOnlySpan<object?> values);

    /// <summary>Reads what the transaction sees.</summary>
    List<T> Read<T>(HistoryStatement statement, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values);

    /// <summary>Lets no other transaction that asks for the same pass until this one has ended, of whatever process.</summary>
    void Serialize(string what);

    /// <summary>Ends the transaction. When it returns, all of it outlives the process, and, where the host asks for that, a loss of power.</summary>
    void Commit();
}
