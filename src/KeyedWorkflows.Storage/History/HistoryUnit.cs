namespace KeyedWorkflows.Storage;

/// <summary>What the database takes or refuses as one: all that a batch holds of a run, or a command.</summary>
internal readonly record struct HistoryUnit(MergedRun? Run, HistoryCommand? Command)
{
    /// <summary>How much of what was handed over it holds.</summary>
    public int Count => Run?.Reports.Count ?? 1;

    public void Write(IHistorySession session, RunNumbers numbers, BudgetAccounts accounts)
    {
        if (Run is not null)
            Run.Write(session, numbers, accounts);
        else if (!Command!.IsGivenUp)
            Command.Run(session);
    }

    /// <summary>Tells those who wait that it is on the disk.</summary>
    /// <returns>What undoes that for those who wait no more.</returns>
    public List<HistoryWork> Complete()
    {
        List<HistoryWork> undo = [];
        if (Run is null)
        {
            if (Command!.Complete() is { } one)
                undo.Add(one);
            return undo;
        }
        foreach (var report in Run.Reports)
        {
            if (report.Complete() is { } one)
                undo.Add(one);
        }
        return undo;
    }

    public void Fail(WorkflowRunException error)
    {
        Command?.Fail(error);
        foreach (var report in Run?.Reports ?? [])
            report.Fail(error);
    }
}
