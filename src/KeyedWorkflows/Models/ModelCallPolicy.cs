using Polly;
using Polly.Retry;

namespace KeyedWorkflows;

/// <summary>
/// The one place where model calls are retried: faults that may pass, with growing waits, or the wait that the provider asks for. It keeps no state between calls:
/// a limit that one credential runs into slows no other.
/// </summary>
internal sealed class ModelCallPolicy
{
    private readonly ResiliencePipeline retries;

    public ModelCallPolicy(ModelCallPolicyOptions options, TimeProvider time)
    {
        options.Check();
        Time = time;
        TryTimeout = options.TryTimeout;
        var longest = options.MaxDelay;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstDelay,
                MaxDelay = longest,
                ShouldHandle = arguments => new(arguments.Outcome.Exception is ModelCallException { IsTransient: true } fault && !(fault.RetryAfter > longest)),
                DelayGenerator = static arguments => new(arguments.Outcome.Exception is ModelCallException { RetryAfter: { } wait } && wait > TimeSpan.Zero ? wait : null),
            });
        }
        retries = builder.Build();
    }

    /// <summary>How long one try may take.</summary>
    public TimeSpan TryTimeout { get; }

    /// <summary>The clock of waits and time-outs.</summary>
    public TimeProvider Time { get; }

    /// <summary>Runs a call until it succeeds, or fails for good.</summary>
    public ValueTask<TResult> ExecuteAsync<TState, TResult>(Func<TState, CancellationToken, ValueTask<TResult>> attempt, TState state, CancellationToken cancellationToken) =>
        retries.ExecuteAsync(static (all, token) => all.attempt(all.state, token), (attempt, state), cancellationToken);
}
