namespace KeyedWorkflows.Storage;

/// <summary>The one row that every write changes.</summary>
internal sealed class StoreStateRow
{
    public const int TheOne = 1;

    public required int Id { get; set; }

    /// <summary>A random mark, new with every write.</summary>
    public required string Change { get; set; }

    /// <summary>How many writes there were: a database that counts fewer than a host has seen was set back.</summary>
    public required long Number { get; set; }

    /// <summary>The state that the database is in.</summary>
    public StoreChange Present => new(Number, Change);

    /// <summary>Goes on to the state after a write.</summary>
    public StoreChange Advance()
    {
        Number++;
        Change = ProfileRevision.New();
        return Present;
    }
}
