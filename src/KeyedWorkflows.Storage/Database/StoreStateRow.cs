namespace KeyedWorkflows.Storage;

/// <summary>The one row that every write changes.</summary>
internal sealed class StoreStateRow
{
    public const int TheOne = 1;

    public required int Id { get; set; }

    /// <summary>A random mark, new with every write.</summary>
    public required string Change { get; set; }
}
