namespace KeyedWorkflows.Storage;

/// <summary>What the writer is to do besides the reports of runs, within the transaction of the batch that it comes in.</summary>
internal abstract class HistoryCommand : HistoryWork
{
    /// <summary>The id of the idempotency key whose row it locks; null where it locks none. Several of a batch are done in the order of their ids, whichever came first.</summary>
    public string? KeyId { get; init; }

    public abstract void Run(IHistorySession session);
}
