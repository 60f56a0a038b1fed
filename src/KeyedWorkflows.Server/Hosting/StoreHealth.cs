using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Whether the store answers, and takes what runs report. Asked once a second at most: whoever watches the host's health is nobody's caller.</summary>
internal sealed class StoreHealth(TimeProvider time, IRunHistory history, ITokenStore? tokens = null) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim asking = new(1, 1);
    private long asked;
    private bool answered;

    public void Dispose() => asking.Dispose();

    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        if (tokens is null || !history.TakesRuns)
            return false;
        await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (asked != 0 && time.GetElapsedTime(asked) < Interval)
                return answered;
            try
            {
                // An id that nobody has is not remembered: the store is asked.
                await tokens.FindByIdAsync("health-" + Guid.NewGuid().ToString("N"), cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
                answered = true;
            }
            catch (Exception error) when (error is WorkflowRunException or TimeoutException)
            {
                answered = false;
            }
            asked = time.GetTimestamp();
            return answered;
        }
        finally
        {
            asking.Release();
        }
    }
}
