namespace KeyedWorkflows.Storage;

/// <summary>Nobody is told but the log.</summary>
internal sealed class NoNotices : IBudgetNotices
{
    public void Write(IHistorySession session, BudgetNotice notice)
    {
    }
}
