namespace KeyedWorkflows.Storage;

/// <summary>Opens the account of a budget's period, in the writer's own order: whatever is booked after it finds the account open, and what is booked with it is in it.</summary>
internal sealed class OpenBudget(BudgetAccounts accounts, BudgetMeter meter) : HistoryCommand
{
    private readonly TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Result => told.Task;

    public override void Run(IHistorySession session) => accounts.Open(meter);

    protected override void OnWritten() => told.TrySetResult();

    protected override void OnFailed(WorkflowRunException error)
    {
        told.TrySetException(error);

        // Nobody may be waiting any more.
        _ = told.Task.Exception;
    }
}
