namespace KeyedWorkflows.Storage;

/// <summary>The state that a database is in: how many writes there were, and the mark of the last. The number orders states, the mark tells two of one number apart.</summary>
internal sealed record StoreChange(long Number, string Mark)
{
    /// <summary>Before anything was seen.</summary>
    public static StoreChange None { get; } = new(-1, "");

    /// <summary>Whether a database in this state was set back, or written by somebody who does not know of it, if it was in the earlier one before.</summary>
    public bool IsBehind(StoreChange earlier) => Number < earlier.Number || (Number == earlier.Number && Mark != earlier.Mark);
}
