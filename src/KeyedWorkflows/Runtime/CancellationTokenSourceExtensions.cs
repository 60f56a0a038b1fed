namespace KeyedWorkflows.Runtime;

internal static class CancellationTokenSourceExtensions
{
    /// <summary>Cancels, also where the run has just ended, and whatever a callback of the author's throws: the run ends by its token, and nobody could catch that here.</summary>
    public static void CancelQuietly(this CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception error) when (error is AggregateException or ObjectDisposedException)
        {
        }
    }
}
