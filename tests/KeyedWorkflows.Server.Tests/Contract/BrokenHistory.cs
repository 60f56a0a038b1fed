using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server.Tests.Contract;

/// <summary>A history that tells a run's first event, and then does not answer any more.</summary>
internal sealed class BrokenHistory(IRunHistory inner) : IRunHistory
{
    public bool TakesRuns => inner.TakesRuns;

    public async Task<StoredFrames?> ReadFramesAsync(string tokenId, string runId, int from, CancellationToken cancellationToken)
    {
        if (from > 0)
            throw new WorkflowRunException(WorkflowErrorCodes.StoreUnavailable, "The store does not answer.");
        return await inner.ReadFramesAsync(tokenId, runId, from, cancellationToken) is { } read ? read with { Frames = [read.Frames[0]] } : null;
    }

    public Task StartAsync(RunStart start) => inner.StartAsync(start);

    public void Report(RunProgress progress) => inner.Report(progress);

    public Task EndAsync(RunEnd end) => inner.EndAsync(end);

    public int NoteCall(JournalCall call) => inner.NoteCall(call);

    public void EndCall(RunModelCall call) => inner.EndCall(call);

    public Task<StoredRun?> FindAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken) => inner.FindAsync(tokenId, runId, endUser, cancellationToken);

    public Task<RunPage> ListAsync(string tokenId, RunFilter filter, CancellationToken cancellationToken) => inner.ListAsync(tokenId, filter, cancellationToken);

    public Task<IReadOnlyList<RunStep>> ReadStepsAsync(string tokenId, string runId, CancellationToken cancellationToken) => inner.ReadStepsAsync(tokenId, runId, cancellationToken);

    public Task<IReadOnlyList<RunModelCall>> ReadCallsAsync(string tokenId, string runId, CancellationToken cancellationToken) => inner.ReadCallsAsync(tokenId, runId, cancellationToken);

    public Task<bool> RequestStopAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken) => inner.RequestStopAsync(tokenId, runId, endUser, cancellationToken);

    public Task<IReadOnlyList<string>> ReadStopRequestsAsync(CancellationToken cancellationToken) => inner.ReadStopRequestsAsync(cancellationToken);

    public Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
