namespace KeyedWorkflows.Storage;

/// <summary>The database that the store lies in: all that differs between one and another. Safe for use from several threads, but for <see cref="HasChanged"/>.</summary>
internal interface IStorageDatabase : IDisposable
{
    /// <summary>Makes the database ready: its files, its tables in the newest version.</summary>
    void Prepare();

    /// <summary>Opens it for one piece of work.</summary>
    StorageContext Open();

    /// <summary>Whether anything changed, by whatever process, since this was last asked. One caller at a time.</summary>
    bool HasChanged();

    /// <summary>Clears what deleted and replaced rows left behind.</summary>
    void Compact();
}
