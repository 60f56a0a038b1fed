using System.Diagnostics;

namespace KeyedWorkflows.Storage;

/// <summary>One report of a run: its start, what was added to it, or its end.</summary>
internal sealed class RunReport : HistoryWork
{
    private readonly TaskCompletionSource? told;
    private readonly CallJournals? journals;

    public RunReport(RunStart start, string node)
    {
        Start = start;
        Node = node;
        told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public RunReport(RunProgress progress, CallJournals journals)
    {
        Progress = progress;
        this.journals = journals;
        if (progress is RunEnd)
            told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public string RunId => Start?.Id ?? Progress!.Id;

    public RunStart? Start { get; }

    /// <summary>When it was made, by the clock of <see cref="Stopwatch"/>.</summary>
    public long Reported { get; } = Stopwatch.GetTimestamp();

    /// <summary>The node that the run begins on.</summary>
    public string? Node { get; }

    public RunProgress? Progress { get; }

    /// <summary>Ends when the report is on the disk.</summary>
    public Task Written => told?.Task ?? Task.CompletedTask;

    protected override void OnWritten()
    {
        if (Progress is { Calls: { Count: > 0 } calls })
        {
            foreach (var call in calls)
                journals!.Free(call.Ticket);
        }
        told?.TrySetResult();
    }

    protected override void OnFailed(WorkflowRunException error)
    {
        if (told is null)
            return;
        told.TrySetException(error);

        // Nobody may be waiting any more.
        _ = told.Task.Exception;
    }
}
