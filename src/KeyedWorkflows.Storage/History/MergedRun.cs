namespace KeyedWorkflows.Storage;

/// <summary>All reports of one run in a batch, written with as few statements as they need.</summary>
internal sealed class MergedRun
{
    private readonly List<RunReport> reports = [];

    public IReadOnlyList<RunReport> Reports => reports;

    public void Add(RunReport report) => reports.Add(report);

    public void Write(IHistorySession session)
    {
        RunReport? start = null;
        RunEnd? end = null;
        foreach (var report in reports)
        {
            if (report.Start is not null)
                start = report.IsGivenUp ? null : report;
            else if (report.Progress is RunEnd last)
                end ??= last;
        }
        if (start is not null)
            HistoryStatements.InsertRun(session, start.Start!, start.Node!, end);
        WriteParts(session);
        if (end is null)
            return;
        if (start is null)
            HistoryStatements.EndRun(session, end);
        if (end.CallbackBody is { } body)
            HistoryStatements.InsertCallback(session, end.Id, body, end.FinishedAt.UtcTicks);
    }

    private void WriteParts(IHistorySession session)
    {
        List<ReadOnlyMemory<byte>>? frames = null;
        var first = 0;
        foreach (var report in reports)
        {
            if (report.Progress is not { } progress)
                continue;
            foreach (var step in progress.Steps)
                HistoryStatements.InsertStep(session, progress.Id, step);
            foreach (var call in progress.Calls)
                HistoryStatements.InsertCall(session, progress.Id, call);
            if (progress.Frames.Count == 0)
                continue;
            if (frames is not null && progress.FirstFrame != first + frames.Count)
            {
                HistoryStatements.InsertFrames(session, progress.Id, first, frames);
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
            HistoryStatements.InsertFrames(session, reports[0].RunId, first, frames);
    }
}
