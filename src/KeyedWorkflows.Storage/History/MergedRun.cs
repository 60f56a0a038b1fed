using System.Diagnostics;

namespace KeyedWorkflows.Storage;

/// <summary>All reports of one run in a batch, written with as few statements as they need.</summary>
internal sealed class MergedRun
{
    private readonly List<RunReport> reports = [];

    public IReadOnlyList<RunReport> Reports => reports;

    public void Add(RunReport report) => reports.Add(report);

    /// <summary>Whether a run begins that may need a number.</summary>
    public bool Begins => reports[0].Start is not null;

    /// <summary>Whether there is nothing but a start that nobody waits for, younger than a time.</summary>
    public bool MayWait(TimeSpan time) => reports is [{ Start.MayWait: true } start] && Stopwatch.GetElapsedTime(start.Reported) < time;

    /// <summary>Whether nothing more of the run is expected.</summary>
    public bool IsLast => reports.Exists(static report => report.Progress is RunEnd);

    public void Write(IHistorySession session, RunNumbers numbers, BudgetAccounts accounts)
    {
        RunReport? start = null;
        RunEnd? end = null;
        foreach (var report in reports)
        {
            if (report.Start is not null)
                start = report;
            else if (report.Progress is RunEnd last)
                end ??= last;
        }
        if (start is not null)
            HistoryStatements.InsertRun(session, numbers.Give(start.RunId), start.Start!, start.Node!, end);
        WriteParts(session, numbers, accounts);
        if (end is null)
            return;
        if (start is null)
            HistoryStatements.EndRun(session, end);
        if (end.CallbackBody is { } body)
            HistoryStatements.InsertCallback(session, end.Id, body, end.FinishedAt.UtcTicks);
    }

    private void WriteParts(IHistorySession session, RunNumbers numbers, BudgetAccounts accounts)
    {
        if (!reports.Exists(static report => report.Progress is { } progress && (progress.Steps.Count > 0 || progress.Calls.Count > 0 || progress.Frames.Count > 0)))
            return;
        if (numbers.Find(session, reports[0].RunId) is not { } run)
        {
            WriteLate(session, accounts);
            return;
        }
        List<ReadOnlyMemory<byte>>? frames = null;
        var first = 0;
        foreach (var report in reports)
        {
            if (report.Progress is not { } progress)
                continue;
            foreach (var step in progress.Steps)
                HistoryStatements.InsertStep(session, run, step);
            foreach (var call in progress.Calls)
            {
                HistoryStatements.InsertCall(session, run, progress.Id, call);
                accounts.Book(call);
            }
            if (progress.Frames.Count == 0)
                continue;
            if (frames is not null && progress.FirstFrame != first + frames.Count)
            {
                HistoryStatements.InsertFrames(session, run, first, frames);
                frames = null;
            }
            if (frames is null)
            {
                frames = new(progress.Frames.Count);
                first = progress.FirstFrame;
            }
            frames.AddRange(progress.Frames);
        }
        if (frames is not null)
            HistoryStatements.InsertFrames(session, run, first, frames);
    }

    /// <summary>The run has no record: the database refused its beginning, or it was removed while a call was under way. What its calls used is booked all the same, without what was said; the rest would be found by nobody.</summary>
    private void WriteLate(IHistorySession session, BudgetAccounts accounts)
    {
        foreach (var call in reports.SelectMany(static report => report.Progress?.Calls ?? []))
        {
            HistoryStatements.InsertCall(session, HostCalls.NumberOf(reports[0].RunId), reports[0].RunId, call with { EndUser = null, ProviderRequestId = null, PromptHash = null, Messages = null, Answer = null });
            accounts.Book(call);
        }
    }
}
