namespace KeyedWorkflows.Storage;

/// <summary>What the writer is to do besides the reports of runs, within the transaction of the batch that it comes in.</summary>
internal abstract class HistoryCommand : HistoryWork
{
    public abstract void Run(IHistorySession session);
}
