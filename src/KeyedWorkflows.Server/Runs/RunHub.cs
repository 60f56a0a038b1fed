using System.Collections.Concurrent;
using KeyedWorkflows.Hosting;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server;

/// <summary>The runs that go on in this process. Safe for use from several threads.</summary>
internal sealed partial class RunHub(WorkflowHost host, IRunHistory history, WorkflowServerOptions options, RefusedUses refused, ILogger<RunHub> logger, KeyFingerprints? fingerprints = null)
{
    private readonly ConcurrentDictionary<string, LiveRun> runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RunAnnouncement> announced = new(StringComparer.Ordinal);
    private volatile bool isStopping;

    /// <summary>Whether no more runs are begun.</summary>
    public bool IsStopping => isStopping;

    public ICollection<LiveRun> All => runs.Values;

    /// <summary>Begins a run. It goes on by itself; what is returned tells of it. Where it begins, it gives its place back.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="place">Its place among those that may go on at once.</param>
    /// <param name="isAwaited">Whether the caller does nothing but wait for its end: then it begins on the caller's thread, up to where it waits for something itself.</param>
    /// <exception cref="ApiErrorException">No run may begin now.</exception>
    public LiveRun Start(RunPlan plan, IDisposable place, bool isAwaited)
    {
        if (isStopping)
            throw ApiError.Stopping.ToException();
        if (!history.TakesRuns)
            throw ApiError.StoreUnavailable.ToException();
        var live = new LiveRun(plan, options.Capture, history, fingerprints, refused, host.Time, logger, place);
        runs[plan.Id] = live;

        // Of this and the drain at least one finds what the other left: no run begins that nobody waits for.
        Interlocked.MemoryBarrier();
        if (isStopping)
        {
            runs.TryRemove(plan.Id, out _);
            throw ApiError.Stopping.ToException();
        }
        _ = isAwaited ? GoAsync(live, plan) : Task.Run(() => GoAsync(live, plan));
        return live;
    }

    /// <summary>Finds a token's run, and, where an end user is given, only that user's.</summary>
    public LiveRun? Find(string tokenId, string runId, string? endUser) =>
        runs.TryGetValue(runId, out var live) && live.TokenId == tokenId && (endUser is null || live.EndUser == endUser) && live.Started is { IsCompletedSuccessfully: true, Result: null } ? live : null;

    /// <summary>Says that a run of this id is being prepared.</summary>
    public RunAnnouncement Announce(string tokenId, string runId) => announced[runId] = new RunAnnouncement(tokenId, _ => announced.TryRemove(runId, out RunAnnouncement? _));

    /// <summary>Finds the run that holds an idempotency key, and waits for it where it is being prepared. Null where it is not here.</summary>
    public async Task<LiveRun?> FindStartingAsync(string tokenId, string runId, CancellationToken cancellationToken)
    {
        if (announced.TryGetValue(runId, out var preparing) && preparing.TokenId == tokenId && await preparing.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false) is { } begun)
            return begun;
        return runs.TryGetValue(runId, out var live) && live.TokenId == tokenId ? live : null;
    }

    public Task<CredentialExplanation> ExplainAsync(RunPlan plan, CancellationToken cancellationToken) =>
        plan.Workflow.ExplainAsync(new WorkflowRun(host, plan.Workflow, plan.Options, new() { Caller = plan.Caller.Runs }, cancellationToken), plan.Input, plan.Credentials);

    /// <summary>Begins no more runs, and waits until those that go on have ended; what has not by then is stopped, and waited for.</summary>
    public async Task DrainAsync(TimeSpan grace, CancellationToken hurry)
    {
        isStopping = true;
        Interlocked.MemoryBarrier();
        using var time = new CancellationTokenSource(grace, host.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(time.Token, hurry);
        if (!runs.IsEmpty)
            LogDraining(runs.Count, grace.TotalSeconds);
        if (await EndedAsync(both.Token).ConfigureAwait(false))
            return;
        LogCutOff(runs.Count);
        foreach (var live in runs.Values)
            live.Stop(StopReason.Host);
        using var last = new CancellationTokenSource(TimeSpan.FromSeconds(10), host.Time);
        if (!await EndedAsync(last.Token).ConfigureAwait(false))
            LogStuck(runs.Count);
    }

    private async Task<bool> EndedAsync(CancellationToken cancellationToken)
    {
        foreach (var live in runs.Values)
        {
            try
            {
                await ((Task)live.Ended).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            if (!live.Ended.IsCompleted)
                return false;
        }
        return true;
    }

    private async Task GoAsync(LiveRun live, RunPlan plan)
    {
        await live.GoAsync(listener => new WorkflowRun(
            host, plan.Workflow, plan.Options, new() { Caller = plan.Caller.Runs, Listener = listener, IsStoppable = true, RunId = plan.Id }, CancellationToken.None)).ConfigureAwait(false);
        await ((Task)live.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        runs.TryRemove(plan.Id, out _);
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "The host stops: {Count} runs go on, and have {Seconds} seconds.")]
    private partial void LogDraining(int count, double seconds);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "The host's grace is over: {Count} runs are stopped, and marked host_stopped.")]
    private partial void LogCutOff(int count);

    [LoggerMessage(EventId = 12, Level = LogLevel.Error, Message = "{Count} runs did not stop: a step of theirs does not heed its token. They are marked when the host starts again.")]
    private partial void LogStuck(int count);
}
