using Microsoft.EntityFrameworkCore.Storage;

namespace KeyedWorkflows.Storage;

/// <summary>The database that the store lies in: all that differs between one and another. Safe for use from several threads, but for <see cref="HasChanged"/>.</summary>
internal interface IStorageDatabase : IDisposable
{
    /// <summary>Makes the database ready: its files, its tables in the newest version.</summary>
    void Prepare();

    /// <summary>Opens it for one piece of work.</summary>
    StorageContext Open();

    /// <summary>Whether anything changed, by whatever process, since this was last asked. One caller at a time.</summary>
    /// <param name="present">The state that the database is in. It counts writes of the store; what was written past it is told by the answer alone.</param>
    bool HasChanged(out StoreChange present);

    /// <summary>Clears what deleted and replaced rows left behind.</summary>
    void Compact();

    /// <summary>Begins a write: no other overlaps it, of whatever process, and it sees all that were committed before.</summary>
    IDbContextTransaction BeginWrite(StorageContext context);

    /// <inheritdoc cref="BeginWrite"/>
    Task<IDbContextTransaction> BeginWriteAsync(StorageContext context, CancellationToken cancellationToken);
}
