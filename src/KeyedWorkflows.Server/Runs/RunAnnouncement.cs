namespace KeyedWorkflows.Server;

/// <summary>A run that somebody prepares under an idempotency key: who comes with the same key meanwhile waits for what becomes of it.</summary>
internal sealed class RunAnnouncement(string tokenId, Action<RunAnnouncement> ended) : IDisposable
{
    private readonly TaskCompletionSource<LiveRun?> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string TokenId => tokenId;

    /// <summary>The run; null where it was not begun.</summary>
    public Task<LiveRun?> Outcome => outcome.Task;

    public void Began(LiveRun live) => outcome.TrySetResult(live);

    public void Dispose()
    {
        outcome.TrySetResult(null);
        ended(this);
    }
}
