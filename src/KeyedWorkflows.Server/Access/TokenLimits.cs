using System.Threading.RateLimiting;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>How often a token may ask, and how many of its runs may go on at once. Each state of a token has limits of its own: a change begins anew. Safe for use from several threads.</summary>
internal sealed class TokenLimits(WorkflowServerOptions options) : IDisposable
{
    private const int SegmentsOfMinute = 12;

    private readonly PartitionedRateLimiter<AccessToken> rates = PartitionedRateLimiter.Create<AccessToken, (string, string)>(static token => token.RequestsPerMinute is { } limit
        ? RateLimitPartition.GetSlidingWindowLimiter((token.Id, token.Revision), _ => new()
        {
            PermitLimit = limit,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = SegmentsOfMinute,
            QueueLimit = 0,
        })
        : RateLimitPartition.GetNoLimiter((token.Id, token.Revision)));

    private readonly PartitionedRateLimiter<AccessToken> runs = PartitionedRateLimiter.Create<AccessToken, (string, string)>(static token => token.ConcurrentRuns is { } limit
        ? RateLimitPartition.GetConcurrencyLimiter((token.Id, token.Revision), _ => new() { PermitLimit = limit, QueueLimit = 0 })
        : RateLimitPartition.GetNoLimiter((token.Id, token.Revision)));

    private readonly ConcurrencyLimiter all = new(new() { PermitLimit = options.MaxConcurrentRuns, QueueLimit = 0 });

    /// <summary>Counts a request.</summary>
    /// <exception cref="ApiErrorException">There were too many in the last minute.</exception>
    public void CountRequest(AccessToken token)
    {
        if (token.RequestsPerMinute is null)
            return;
        using var lease = rates.AttemptAcquire(token);
        if (!lease.IsAcquired)
        {
            var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var told) && told > TimeSpan.Zero ? told : TimeSpan.FromSeconds(60.0 / SegmentsOfMinute);
            throw ApiError.TooManyRequests($"This token may ask for {token.RequestsPerMinute} runs and explanations a minute.", wait).ToException();
        }
    }

    /// <summary>Takes the place of a run, until it is given back.</summary>
    /// <exception cref="ApiErrorException">As many runs go on as may.</exception>
    public IDisposable TakeRun(AccessToken token)
    {
        var place = all.AttemptAcquire();
        if (!place.IsAcquired)
        {
            place.Dispose();
            throw ApiError.TooManyRequests("As many runs go on in this host as it takes.", TimeSpan.FromSeconds(1)).ToException();
        }
        if (token.ConcurrentRuns is null)
            return place;
        var own = runs.AttemptAcquire(token);
        if (own.IsAcquired)
            return new Both(own, place);
        own.Dispose();
        place.Dispose();
        throw ApiError.TooManyRequests($"{token.ConcurrentRuns} runs of this token may go on at once.", TimeSpan.FromSeconds(1)).ToException();
    }

    public void Dispose()
    {
        rates.Dispose();
        runs.Dispose();
        all.Dispose();
    }

    private sealed class Both(IDisposable one, IDisposable other) : IDisposable
    {
        public void Dispose()
        {
            one.Dispose();
            other.Dispose();
        }
    }
}
