using System.Threading.RateLimiting;

namespace KeyedWorkflows.Server;

/// <summary>
/// How many uploads are read at once in the process: each is in memory, several times, until the store has it. One token has half of the places at most: who sends slowly holds up its own. Safe for use from several threads.
/// </summary>
internal sealed class UploadPlaces(int count, TimeSpan patience, TimeProvider time) : IDisposable
{
    private const int AtOnce = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim free = new(count, count);

    private readonly PartitionedRateLimiter<string> ofToken = PartitionedRateLimiter.Create<string, string>(id =>
        RateLimitPartition.GetConcurrencyLimiter(id, _ => new() { PermitLimit = Math.Max(1, count / 2), QueueLimit = int.MaxValue }));

    public UploadPlaces(TimeProvider time)
        : this(AtOnce, Patience, time)
    {
    }

    /// <summary>Takes a place, until it is given back.</summary>
    /// <exception cref="ApiErrorException">None became free in time.</exception>
    public async Task<IDisposable> TakeAsync(string tokenId, CancellationToken gone)
    {
        using var enough = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(gone, enough.Token);
        RateLimitLease? own = null;
        try
        {
            own = await ofToken.AcquireAsync(tokenId, 1, both.Token).ConfigureAwait(false);
            await free.WaitAsync(both.Token).ConfigureAwait(false);
            return new Place(free, own);
        }
        catch (OperationCanceledException)
        {
            own?.Dispose();
            if (gone.IsCancellationRequested)
                throw;
            throw ApiError.TooManyRequests("As many uploads are read in this host as it takes at once.", ComeAgain).ToException();
        }
    }

    public void Dispose()
    {
        free.Dispose();
        ofToken.Dispose();
    }

    private sealed class Place(SemaphoreSlim free, RateLimitLease own) : IDisposable
    {
        public void Dispose()
        {
            free.Release();
            own.Dispose();
        }
    }
}
