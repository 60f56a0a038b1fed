namespace KeyedWorkflows.Storage;

/// <summary>Notes that a part of a budget is used, and has it told, where nobody did so before. The writer tries until the database takes it: the last part is not passed again.</summary>
internal sealed class NoteBudget(BudgetNotice notice, BudgetAccounts accounts, IBudgetNotices notices, Action<BudgetNotice, bool> noted, Action<BudgetNotice> lost) : HistoryCommand
{
    private bool isFirst;

    public BudgetNotice Notice => notice;

    public override void Run(IHistorySession session) => accounts.Note(this);

    public void Tell(IHistorySession session)
    {
        isFirst = BudgetAccounts.Tell(session, notice);
        if (isFirst)
            notices.Write(session, notice);
    }

    protected override void OnWritten() => noted(notice, isFirst);

    protected override void OnFailed(WorkflowRunException error) => lost(notice);
}
