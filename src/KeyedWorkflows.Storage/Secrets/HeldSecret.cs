using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>What one reference leads to, as far as it is known: asked for once at a time, and again before it grows old. Safe for use from several threads.</summary>
internal sealed partial class HeldSecret(ISecretVault vault, string reference, SecretReferenceOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>How long a vault that failed is left alone, where it does not say.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private volatile HeldValue? current;
    private Task? flight;
    private Task? question;
    private long failedAt;
    private TimeSpan pause;
    private volatile string? failure;
    private long lastUsed = time.GetTimestamp();

    public string Scheme => vault.Scheme;

    public long LastUsed => Volatile.Read(ref lastUsed);

    /// <summary>The key, where it is fresh; then nothing is waited for.</summary>
    public bool TryGet(out HeldValue value)
    {
        value = null!;
        Volatile.Write(ref lastUsed, time.GetTimestamp());
        if (vault is ILocalVault local)
        {
            ReadLocal(local);
            if (failure is not null || current is not { } read)
                return false;
            value = read;
            return true;
        }
        if (current is not { } known || time.GetElapsedTime(known.ReadAt) is var age && age >= known.FreshFor)
            return false;
        if (GrowsOld(known, age))
            _ = RefreshAsync();
        value = known;
        return true;
    }

    /// <summary>The key, or why there is none.</summary>
    public async Task<(HeldValue? Value, string? Why)> GetAsync()
    {
        if (vault is not ILocalVault)
            await RefreshAsync().ConfigureAwait(false);
        if (current is { } known)
        {
            var age = time.GetElapsedTime(known.ReadAt);
            if ((known.UsableFor is not { } usable || age < usable) && age < known.FreshFor + options.MaxStale)
                return (known, null);
        }
        return (null, failure ?? "It has expired. Renew it in its vault.");
    }

    /// <summary>Whether a fifth of its time is left.</summary>
    private static bool GrowsOld(HeldValue value, TimeSpan age) => age >= value.FreshFor * 0.8;

    /// <summary>One question at a time, and none while the vault is left alone.</summary>
    private Task RefreshAsync()
    {
        lock (gate)
        {
            if (flight is { IsCompleted: false })
                return flight;

            // Somebody's question was answered since it was asked for.
            if (current is { } known && !GrowsOld(known, time.GetElapsedTime(known.ReadAt)))
                return Task.CompletedTask;

            // A question that was given up and has not come back holds a thread, perhaps: not one more each second.
            if (failure is not null && time.GetElapsedTime(failedAt) < (question is { IsCompleted: false } ? LongestPause : pause))
                return Task.CompletedTask;
            return flight = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var readAt = time.GetTimestamp();
            var read = await Ask().WaitAsync(options.ReadTimeout, time).ConfigureAwait(false);
            if (read.Value is not { IsUsable: true })
                throw new SecretVaultException("The vault gave no key that can be used.");
            var usable = read.ExpiresAt - time.GetUtcNow();
            if (usable <= TimeSpan.Zero)
                throw new SecretVaultException("The secret has expired, as its vault says. Renew it there.");
            Keep(read.Value, readAt, usable < options.CacheFor ? usable.Value : options.CacheFor, usable);
        }
        catch (SecretVaultException error)
        {
            Fail(error.Message, error.RetryAfter, error.IsTransient);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            Fail($"Its vault did not answer within {options.ReadTimeout.TotalSeconds:0.###} seconds. See whether it can be reached from the host.", null, isTransient: true);
        }
        catch (Exception error)
        {
            // Its words may hold anything.
            Fail($"Its vault failed with {error.GetType().Name}. See whether it can be reached from the host.", null, isTransient: true);
        }
    }

    /// <summary>On a thread that nobody else waits for: a vault may hold the one that it is asked on, and does not hold up its callers longer than is allowed for that.</summary>
    private Task<VaultSecret> Ask()
    {
#pragma warning disable CA2000 // It is disposed of when the vault has come back, which may be long after it was given up.
        var over = new CancellationTokenSource(options.ReadTimeout, time);
#pragma warning restore CA2000
        var asked = Task.Run(() => vault.ReadAsync(reference, over.Token));
        _ = asked.ContinueWith(
            static (ended, source) =>
            {
                // Where it was given up, nobody else looks: what nobody has looked at is told to the whole process, and its words may hold anything.
                _ = ended.Exception;
                ((CancellationTokenSource)source!).Dispose();
            },
            over,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        lock (gate)
            question = asked;
        return asked;
    }

    private void ReadLocal(ILocalVault local)
    {
        try
        {
            Keep(local.Read(reference), time.GetTimestamp(), TimeSpan.Zero, null);
        }
        catch (SecretVaultException error)
        {
            Fail(error.Message, null, error.IsTransient);
        }
    }

    private void Keep(Secret secret, long readAt, TimeSpan freshFor, TimeSpan? usableFor)
    {
        lock (gate)
        {
            var mark = current is { } known && known.Secret.Equals(secret) ? known.Mark : ProfileRevision.New();
            current = new HeldValue(secret, mark, readAt, freshFor, usableFor);
            if (failure is not null)
                LogAgain(Scheme);
            failure = null;
        }
    }

    /// <param name="why">Why there is no key.</param>
    /// <param name="retryAfter">How long the vault asks to be left alone.</param>
    /// <param name="isTransient">Whether the vault did not answer. What it does answer holds at once: who takes a key away there does not wait for what is held here.</param>
    private void Fail(string why, TimeSpan? retryAfter, bool isTransient)
    {
        lock (gate)
        {
            if (!isTransient && (failure is null || current is not null))
                LogDropped(Scheme, why);
            else if (failure is null)
                LogFailed(Scheme, why);
            if (!isTransient)
                current = null;
            failure = why;
            failedAt = time.GetTimestamp();
            pause = retryAfter is not { } asked || asked < Pause ? Pause : asked < LongestPause ? asked : LongestPause;
        }
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "A key that a profile refers to ({Scheme}) could not be read: {Why} The one that was read before is used as long as the host's options allow.")]
    private partial void LogFailed(string scheme, string why);

    [LoggerMessage(EventId = 32, Level = LogLevel.Warning, Message = "A key that a profile refers to ({Scheme}) is not to be had any more: {Why} Calls of its profiles are refused.")]
    private partial void LogDropped(string scheme, string why);

    [LoggerMessage(EventId = 31, Level = LogLevel.Information, Message = "A key that a profile refers to ({Scheme}) can be read again.")]
    private partial void LogAgain(string scheme);
}
