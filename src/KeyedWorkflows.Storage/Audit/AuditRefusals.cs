using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Counts what is refused, and writes it into the audit a minute after the first of it: whoever is refused ten thousand times leaves a few lines, and nobody waits for a disk. What it holds is bounded. Safe for use from several
/// threads.
/// </summary>
internal sealed partial class AuditRefusals : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How many kinds of refusals are told apart for one actor. What comes beyond is one more line.</summary>
    private const int MostOfActor = 16;

    /// <summary>How many actors are told apart. What comes beyond is counted as one.</summary>
    private const int MostActors = 1_000;

    private const string Several = "several";

    private static readonly AuditActor Others = new("others", "others");

    private readonly Func<IReadOnlyList<AuditDraft>, CancellationToken, Task> write;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private Dictionary<(string, string), Dictionary<RefusedUse, Counted>> counts = [];
    private bool isDue, isDisposed;

    /// <param name="write">Writes entries of the audit.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The host's log.</param>
    public AuditRefusals(Func<IReadOnlyList<AuditDraft>, CancellationToken, Task> write, TimeProvider time, ILogger logger)
    {
        this.write = write;
        this.time = time;
        this.logger = logger;
        timer = time.CreateTimer(static refusals => _ = ((AuditRefusals)refusals!).FlushAsync(CancellationToken.None), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Counts a refusal. It does not wait and does not fail.</summary>
    public void Count(RefusedUse use) => Count(use, new Counted(1, time.GetUtcNow()));

    /// <summary>Writes what was counted.</summary>
    /// <returns>When it is written, or kept for the next time where the database does not take it.</returns>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Dictionary<(string, string), Dictionary<RefusedUse, Counted>> counted;
            lock (gate)
            {
                counted = counts;
                counts = [];
                isDue = false;
            }
            if (counted.Count == 0)
                return;
            try
            {
                await write([.. counted.Values.SelectMany(static one => one).Select(static one => DraftOf(one.Key, one.Value))], cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                LogUnwritten(error.GetType().Name);
                foreach (var (use, count) in counted.Values.SelectMany(static one => one))
                    Count(use, count);
            }
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose()
    {
        long lost;
        lock (gate)
        {
            isDisposed = true;
            lost = counts.Values.SelectMany(static one => one.Values).Sum(static counted => counted.Times);
        }
        timer.Dispose();
        if (lost > 0)
            LogLost(lost);
    }

    private static AuditDraft DraftOf(RefusedUse use, Counted counted) => new()
    {
        Actor = use.Actor,
        Action = use.Action,
        Outcome = use.Outcome,
        Count = counted.Times,
        Since = counted.Since,
        SubjectKind = use.SubjectKind,
        SubjectId = use.SubjectId,
        SubjectName = use.SubjectName,
        Tenants = use.Tenant is { } tenant ? [tenant] : [],
    };

    private void Count(RefusedUse use, Counted more)
    {
        lock (gate)
        {
            if (isDisposed)
                return;
            var actor = (use.Actor.Kind, use.Actor.Id ?? use.Actor.Name);
            if (!counts.TryGetValue(actor, out var own))
            {
                if (counts.Count >= MostActors)
                {
                    use = use with { Actor = Others, SubjectId = null, SubjectName = null, Tenant = null };
                    actor = (Others.Kind, Others.Name);
                }
                if (!counts.TryGetValue(actor, out own))
                    counts.Add(actor, own = []);
            }
            if (!own.ContainsKey(use) && own.Count >= MostOfActor)
                use = new RefusedUse(new AuditActor(use.Actor.Kind, use.Actor.Name, use.Actor.Id), use.Action, Several, use.SubjectKind);
            own[use] = own.TryGetValue(use, out var before) ? new Counted(before.Times + more.Times, before.Since < more.Since ? before.Since : more.Since) : more;
            if (isDue)
                return;
            isDue = true;
            timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    [LoggerMessage(EventId = 23, Level = LogLevel.Warning, Message = "What was refused could not be written into the audit ({Error}). It is kept, and tried again in a minute if the host goes on.")]
    private partial void LogUnwritten(string error);

    [LoggerMessage(EventId = 24, Level = LogLevel.Error, Message = "The host has stopped, and {Count} refusals were not written into the audit.")]
    private partial void LogLost(long count);

    private readonly record struct Counted(long Times, DateTimeOffset Since);
}
