using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace KeyedWorkflows.Storage;

/// <summary>The database that the store lies in: all that differs between one and another. Safe for use from several threads, but for <see cref="HasChanged"/>.</summary>
internal interface IStorageDatabase : IDisposable
{
    /// <summary>Where it lies: what tells it apart from every other that this host may use, and what nobody can choose who may only write into it. Asked once it is ready.</summary>
    string Place { get; }

    /// <summary>Makes the database ready: its files, its tables in the newest version.</summary>
    void Prepare();

    /// <summary>Opens it for one piece of work.</summary>
    StorageContext Open();

    /// <summary>Whether anything changed, by whatever process, since this was last asked. One caller at a time.</summary>
    /// <param name="present">The state that the database is in. It counts writes of the store; what was written past it is told by the answer alone.</param>
    bool HasChanged(out StoreChange present);

    /// <summary>Has the database say of its own accord when a write was committed, for as long as what is returned is not disposed of. It may say so in vain, and it may miss one: who needs to know asks besides.</summary>
    /// <param name="changed">What is done then, on whatever thread.</param>
    /// <returns>Null where the database does not speak unasked.</returns>
    IDisposable? Subscribe(Action changed) => null;

    /// <summary>Clears what deleted and replaced rows left behind.</summary>
    void Compact();

    /// <summary>Clears the files of what rows of the history left behind that were deleted: the log too. PostgreSQL keeps its log as its operator says.</summary>
    /// <returns>Whether all of it is cleared: not where another process reads just then.</returns>
    Task<bool> EraseAsync(CancellationToken cancellationToken);

    /// <summary>Begins a write: no other overlaps it, of whatever process, and it sees all that were committed before.</summary>
    IDbContextTransaction BeginWrite(StorageContext context);

    /// <inheritdoc cref="BeginWrite"/>
    Task<IDbContextTransaction> BeginWriteAsync(StorageContext context, CancellationToken cancellationToken);

    /// <summary>Opens the history of runs for reading.</summary>
    HistoryContext OpenHistory();

    /// <summary>Opens the one connection by which this process writes history.</summary>
    IHistorySession OpenHistorySession();

    /// <summary>The runs whose input, output or error holds one of the patterns of LIKE, or whose id is given.</summary>
    IQueryable<RunRow> FindRuns(HistoryContext context, string id, string pattern, string escapedPattern);

    /// <summary>Whether the database refuses what was written, and would refuse it again.</summary>
    bool IsRefusal(DbException error);

    /// <summary>Takes the name of a node for this process, for as long as it lives or until what is returned is disposed of.</summary>
    /// <returns>Null where another has it.</returns>
    INodeLock? TryLockNode(string name);

    /// <summary>When the database itself began: nodes that were there before have lost their names without having ended. Null where a name ends with its process alone.</summary>
    DateTimeOffset? BegunAt();

    /// <summary>Where this machine's journals of calls lie; null where there are none.</summary>
    IJournalFiles? Journals { get; }

    /// <summary>How long a node's name must be seen to be free before its runs are taken for dead: a node that lost its connection takes its name again.</summary>
    TimeSpan NodePatience { get; }
}
