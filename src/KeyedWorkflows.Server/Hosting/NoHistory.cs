using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>In the place of a store that the host does not have. Nobody gets so far: without a store of tokens there is no access.</summary>
internal sealed class NoHistory : IRunHistory
{
    private static WorkflowRunException Missing => new(WorkflowErrorCodes.StoreUnavailable, "The host has no store.");

    public bool TakesRuns => false;

    public Task StartAsync(RunStart start) => Task.FromException(Missing);

    public void Report(RunProgress progress)
    {
    }

    public Task EndAsync(RunEnd end) => Task.FromException(Missing);

    public int NoteCall(JournalCall call) => CallJournal.NoTicket;

    public void EndCall(RunModelCall call)
    {
    }

    public Task<StoredRun?> FindAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken) => Task.FromException<StoredRun?>(Missing);

    public Task<RunPage> ListAsync(string tokenId, RunFilter filter, CancellationToken cancellationToken) => Task.FromException<RunPage>(Missing);

    public Task<StoredFrames?> ReadFramesAsync(string tokenId, string runId, int from, CancellationToken cancellationToken) => Task.FromException<StoredFrames?>(Missing);

    public Task<IReadOnlyList<RunStep>> ReadStepsAsync(string tokenId, string runId, CancellationToken cancellationToken) => Task.FromException<IReadOnlyList<RunStep>>(Missing);

    public Task<IReadOnlyList<RunModelCall>> ReadCallsAsync(string tokenId, string runId, CancellationToken cancellationToken) => Task.FromException<IReadOnlyList<RunModelCall>>(Missing);

    public Task<bool> RequestStopAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken) => Task.FromException<bool>(Missing);

    public Task<IReadOnlyList<string>> ReadStopRequestsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
