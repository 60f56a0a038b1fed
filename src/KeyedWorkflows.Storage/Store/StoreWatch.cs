using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Asks the database, four times a second and whenever it says so itself, whether anything changed, and knows when it last answered: a node that hears nothing cannot know what was revoked. It also knows the newest state that this process has
/// seen: a database that is behind it was set back, and what was revoked since may be back in it. Safe for use from several threads.
/// </summary>
internal sealed partial class StoreWatch : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long a caller waits for the answer of a database that has long not been heard of: one that is gone may take until its connection's own time is up.</summary>
    private static readonly TimeSpan TimeToAsk = TimeSpan.FromSeconds(1);

    private readonly IStorageDatabase database;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly Lock remembering = new();
    private readonly Lock asking = new();
    private readonly ITimer timer;
    private readonly IDisposable? subscription;
    private long generation;
    private long heard;
    private volatile StoreChange newest = StoreChange.None;
    private volatile bool isSetBack;
    private Task<bool> asked = Task.FromResult(false);
    private bool isDisposed;
    private bool isDeaf;

    public StoreWatch(IStorageDatabase database, TimeProvider time, ILogger logger)
    {
        this.database = database;
        this.time = time;
        this.logger = logger;
        heard = time.GetTimestamp();
        database.HasChanged(out var present);
        newest = present;
        timer = time.CreateTimer(static watch => ((StoreWatch)watch!).Hear(), this, Interval, Interval);
        subscription = database.Subscribe(Hear);
    }

    /// <summary>The number of changes heard of. What was read under the present one still holds. Taken before the read that it is kept with.</summary>
    public long Generation => Volatile.Read(ref generation);

    /// <summary>The newest state of the database that this process knows of. Taken before the read or write that is then told to <see cref="Saw"/>.</summary>
    public StoreChange Newest => newest;

    /// <summary>Whether the database was set back. It stays so until the host is started again: which state holds is for its operator to say.</summary>
    public bool IsSetBack => isSetBack;

    /// <summary>Says that this process itself has changed something.</summary>
    public void Changed(StoreChange change)
    {
        Remember(change);
        Changed();
    }

    /// <summary>Says in which state the database was found.</summary>
    /// <param name="known">The newest state that was known before it was asked: since then others may have learnt of newer ones.</param>
    /// <param name="seen">The state that it was found in.</param>
    /// <exception cref="StoreSetBackException">It is behind the one that was known.</exception>
    public void Saw(StoreChange known, StoreChange seen)
    {
        if (!seen.IsBehind(known))
        {
            Remember(seen);
            return;
        }
        lock (remembering)
        {
            if (!isSetBack)
                LogSetBack(known.Number, seen.Number);
            isSetBack = true;
        }
        throw new StoreSetBackException();
    }

    /// <exception cref="StoreSetBackException">The database was set back.</exception>
    public void ThrowIfSetBack()
    {
        if (isSetBack)
            throw new StoreSetBackException();
    }

    /// <summary>Whether the database was heard of in the last five seconds, and is no earlier one. If not, <see cref="AskAsync"/> tells more.</summary>
    public bool IsSure => !isSetBack && !IsSilent;

    /// <summary>
    /// Asks the database once more, where it was not heard of: a machine that slept is not a database that is gone. All who want to know at the same time share one question, and none of them holds a thread meanwhile.
    /// </summary>
    /// <returns>Whether it is heard now.</returns>
    public async ValueTask<bool> AskAsync()
    {
        // An answer is as old as its question: where the machine slept between them, it says nothing of now.
        if (await IsAnsweredAsync().ConfigureAwait(false) && IsSilent)
            await IsAnsweredAsync().ConfigureAwait(false);
        return IsSure;
    }

    private async Task<bool> IsAnsweredAsync()
    {
        Task<bool> answer;
        lock (asking)
        {
            if (asked.IsCompleted && IsSilent)
                asked = Task.Run(() => Hear(TimeToAsk));
            answer = asked;
        }

        // By the machine's own time: for this, no clock has to go on that a test holds.
        await ((Task)answer).WaitAsync(TimeToAsk).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return answer is { IsCompletedSuccessfully: true, Result: true };
    }

    public void Dispose()
    {
        timer.Dispose();
        subscription?.Dispose();
        lock (gate)
            isDisposed = true;
    }

    private bool IsSilent => time.GetElapsedTime(Volatile.Read(ref heard)) > Patience;

    private void Changed() => Interlocked.Increment(ref generation);

    private void Remember(StoreChange seen)
    {
        if (seen.Number <= newest.Number)
            return;
        lock (remembering)
        {
            if (seen.Number > newest.Number)
                newest = seen;
        }
    }

    /// <summary>Whoever asks just now may have asked before what is to be heard of: that is waited for, for a little.</summary>
    private void Hear() => Hear(Interval);

    /// <param name="patience">How long another who asks is waited for.</param>
    /// <returns>Whether the database answered, as one that was not set back.</returns>
    private bool Hear(TimeSpan patience)
    {
        if (!gate.TryEnter(patience))
            return false;
        try
        {
            if (isDisposed)
                return false;

            // The answer is as old as the question.
            var asked = time.GetTimestamp();
            var known = newest;
            if (database.HasChanged(out var present))
                Changed();
            Saw(known, present);
            Volatile.Write(ref heard, asked);
            if (isDeaf)
                LogHeard();
            isDeaf = false;
            return true;
        }
        catch (StoreSetBackException)
        {
            // Said where it was found.
            return false;
        }
        catch (Exception error)
        {
            // Whatever it was: once the patience is over, stored profiles are refused.
            if (!isDeaf)
                LogDeaf(error.GetType().Name);
            isDeaf = true;
            return false;
        }
        finally
        {
            gate.Exit();
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The store of profiles does not answer ({Error}). After five seconds its profiles are refused, until it answers.")]
    private partial void LogDeaf(string error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "The store of profiles answers again.")]
    private partial void LogHeard();

    [LoggerMessage(
        EventId = 3,
        Level = LogLevel.Critical,
        Message = "The database of profiles was set back under the running host: it knows of change {Known}, and the database is at {Found} or at another one of that number. What was revoked or rotated since may be back in it. "
            + "Stored profiles are refused until the host is started again: put the right database in place, or revoke again what was revoked, before that.")]
    private partial void LogSetBack(long known, long found);
}
