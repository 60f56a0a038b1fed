using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>What a run has to report to the history, gathered for a while: a run that is shorter than that is reported as a whole, and of a longer one that much is lost where the process is killed. All but the timer's own report is called under the run's gate.</summary>
/// <param name="runId">The run.</param>
/// <param name="keepsFrames">Whether the history keeps what its readers are told.</param>
/// <param name="history">Where to.</param>
/// <param name="log">What its readers are told.</param>
/// <param name="time">The clock.</param>
/// <param name="gate">The run's gate.</param>
/// <param name="fault">Is told of a report that could not be handed over.</param>
internal sealed class RunReports(string runId, bool keepsFrames, IRunHistory history, FrameLog log, TimeProvider time, Lock gate, Action<Exception> fault)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long last;
    private bool isDue, isOver;
    private ITimer? timer;

    /// <summary>The steps that are not reported yet.</summary>
    public List<RunStep> Steps { get; private set; } = [];

    /// <summary>The calls that are not reported yet.</summary>
    public List<RunModelCall> Calls { get; private set; } = [];

    /// <summary>How many frames are reported.</summary>
    public int Frames { get; private set; }

    public void Begin() => last = time.GetTimestamp();

    public void Add(RunStep step)
    {
        Steps.Add(step);
        IfDue();
    }

    public void Add(RunModelCall call)
    {
        Calls.Add(call);
        IfDue();
    }

    /// <summary>Reports what has come since the last report: at once where that was long ago, else when it will have been.</summary>
    public void IfDue()
    {
        var since = time.GetElapsedTime(last);
        if (since >= Interval)
        {
            Report();
            return;
        }
        if (isDue)
            return;
        isDue = true;
        timer ??= time.CreateTimer(static reports => ((RunReports)reports!).ReportDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(Interval - since, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reports nothing more: what is left goes with the run's end.</summary>
    public void End()
    {
        isOver = true;
        timer?.Dispose();
    }

    private void ReportDue()
    {
        try
        {
            lock (gate)
            {
                if (isDue && !isOver)
                    Report();
            }
        }
        catch (Exception error)
        {
            fault(error);
        }
    }

    private void Report()
    {
        isDue = false;
        last = time.GetTimestamp();
        var told = keepsFrames ? log.From(Frames) : [];
        history.Report(new RunProgress { Id = runId, Steps = Steps, Calls = Calls, Frames = Array.ConvertAll(told, static frame => frame), FirstFrame = Frames });
        Frames += told.Length;
        Steps = [];
        Calls = [];
    }
}
