using Polly;
using Polly.Retry;

namespace KeyedWorkflows;

/// <summary>
/// The one place where model calls are retried: faults that may pass, with growing waits, or the wait that the provider asks for. It keeps no state between calls:
/// a limit that one credential runs into slows no other (<see cref="ProfileCooldowns"/>).
/// </summary>
internal sealed class ModelCallPolicy
{
    private readonly ResiliencePipeline retries;
    private readonly TimeSpan longest;
    private readonly bool hasRetries;

    public ModelCallPolicy(ModelCallPolicyOptions options, TimeProvider time)
    {
        options.Check();
        Time = time;
        TryTimeout = options.TryTimeout;
        longest = options.MaxDelay;
        hasRetries = options.MaxRetries > 0;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (hasRetries)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstDelay,
                MaxDelay = longest,
                ShouldHandle = arguments => new(arguments.Outcome.Exception is ModelCallException fault && MayPass(fault)),
                DelayGenerator = static arguments => new(arguments.Outcome.Exception is ModelCallException { RetryAfter: { } wait } && wait > TimeSpan.Zero ? wait : null),
            });
        }
        retries = builder.Build();
    }

    /// <summary>How long one try may take.</summary>
    public TimeSpan TryTimeout { get; }

    /// <summary>The clock of waits and time-outs.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether a fault may pass, so that the call is tried again.</summary>
    public bool Retries(ModelCallException fault) => hasRetries && MayPass(fault);

    /// <summary>Runs a call until it succeeds, or fails for good.</summary>
    public ValueTask<TResult> ExecuteAsync<TState, TResult>(Func<TState, CancellationToken, ValueTask<TResult>> attempt, TState state, CancellationToken cancellationToken) =>
        RetryAsync(attempt, state, null, cancellationToken);

    /// <summary>Goes on with a call whose first try failed as <paramref name="failed"/> says; null: it has not been tried.</summary>
    public ValueTask<TResult> RetryAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> attempt, TState state, ModelCallException? failed, CancellationToken cancellationToken) =>
        retries.ExecuteAsync(static (tries, token) => tries.NextAsync(token), new Tries<TState, TResult>(attempt, state, failed), cancellationToken);

    private bool MayPass(ModelCallException fault) => fault.IsTransient && !(fault.RetryAfter > longest);

    /// <summary>The tries of one call as the pipeline sees them: the first may have failed already.</summary>
    private sealed class Tries<TState, TResult>(Func<TState, CancellationToken, ValueTask<TResult>> attempt, TState state, ModelCallException? failed)
    {
        private ModelCallException? first = failed;

        public ValueTask<TResult> NextAsync(CancellationToken cancellationToken)
        {
            if (first is not { } fault)
                return attempt(state, cancellationToken);
            first = null;
            return ValueTask.FromException<TResult>(fault);
        }
    }
}
