using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Asks the database, four times a second, whether anything changed, and knows when it last answered: a node that hears nothing cannot know what was revoked. Safe for use from several threads.
/// </summary>
internal sealed partial class StoreWatch : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IStorageDatabase database;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private long generation;
    private long heard;
    private bool isDisposed;
    private bool isDeaf;

    public StoreWatch(IStorageDatabase database, TimeProvider time, ILogger logger)
    {
        this.database = database;
        this.time = time;
        this.logger = logger;
        heard = time.GetTimestamp();
        database.HasChanged();
        timer = time.CreateTimer(static watch => ((StoreWatch)watch!).Listen(), this, Interval, Interval);
    }

    /// <summary>The number of changes heard of. What was read under the present one still holds. Taken before the read that it is kept with.</summary>
    public long Generation => Volatile.Read(ref generation);

    /// <summary>Says that this process itself has changed something.</summary>
    public void Changed() => Interlocked.Increment(ref generation);

    /// <summary>Whether the database was heard of in the last five seconds. If not, it is asked once more: a machine that slept is not a database that is gone.</summary>
    public bool IsHeard => !IsSilent || (Listen() && !IsSilent);

    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
            isDisposed = true;
    }

    private bool IsSilent => time.GetElapsedTime(Volatile.Read(ref heard)) > Patience;

    private bool Listen()
    {
        if (!gate.TryEnter())
            return false;
        try
        {
            if (isDisposed)
                return false;

            // The answer is as old as the question.
            var asked = time.GetTimestamp();
            if (database.HasChanged())
                Changed();
            Volatile.Write(ref heard, asked);
            if (isDeaf)
                LogHeard();
            isDeaf = false;
            return true;
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
}
