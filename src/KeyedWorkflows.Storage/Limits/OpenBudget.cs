namespace KeyedWorkflows.Storage;

/// <summary>Opens the account of a budget's period. It ends within the writer's own order: whatever is booked after it finds the account open.</summary>
internal sealed class OpenBudget(BudgetAccounts accounts, BudgetMeter meter) : HistoryCommand
{
    private readonly TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BudgetSums sums;

    public Task Result => told.Task;

    public override void Run(IHistorySession session) => sums = BudgetAccounts.Open(session, meter.Key, meter.End);

    protected override void OnWritten()
    {
        accounts.Opened(meter, sums);
        told.TrySetResult();
    }

    protected override void OnFailed(WorkflowRunException error)
    {
        told.TrySetException(error);

        // Nobody may be waiting any more.
        _ = told.Task.Exception;
    }
}
