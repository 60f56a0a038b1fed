namespace KeyedWorkflows.Storage;

/// <summary>Who is told that a part of a budget is used.</summary>
internal interface IBudgetNotices
{
    /// <summary>Puts the notice among what is to be delivered, in the transaction that notes it.</summary>
    void Write(IHistorySession session, BudgetNotice notice);
}
