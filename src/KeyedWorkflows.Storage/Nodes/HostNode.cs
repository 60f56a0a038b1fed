using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// What this process is called among those on one store, and what becomes of the runs of those that are gone: a run that says "running" goes on somewhere. Each name is held by a lock that ends with its process. Safe for use
/// from several threads.
/// </summary>
internal sealed partial class HostNode : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const string Sentence = "The host that the run went on was stopped before the run had ended. Start it again.";

    private const int MostNodes = 10_000;

    private static readonly HistoryStatement OthersStatement = new("SELECT DISTINCT \"Node\" FROM runs WHERE \"Status\" = 'running'");

    private static readonly HistoryStatement OrphansStatement = new(
        "SELECT \"Id\", \"Workflow\", \"CreatedAt\", \"CallbackUrl\", \"Number\", \"TotalSteps\" FROM runs WHERE \"Status\" = 'running' AND \"Node\" = $1");

    private static readonly HistoryStatement UsageStatement = new(
        "SELECT COUNT(*), COALESCE(SUM(\"InputTokens\"), 0), COALESCE(SUM(\"OutputTokens\"), 0), COALESCE(SUM(\"CachedInputTokens\"), 0), COALESCE(SUM(\"ReasoningTokens\"), 0) FROM run_calls WHERE \"Run\" = $1");

    private static readonly HistoryStatement RenameStatement = new("UPDATE runs SET \"Node\" = $1 WHERE \"Node\" = $2 AND \"Id\" = $3");

    private readonly IStorageDatabase database;
    private readonly HistoryWriter writer;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim looking = new(1);
    private readonly Dictionary<string, long> freeSince = new(StringComparer.Ordinal);
    private readonly HashSet<string> live = new(StringComparer.Ordinal);
    private INodeLock? held;
    private readonly Queue<string> lostNames = [];
    private long? leftSince;
    private volatile string name = "";
    private ITimer? timer;
    private bool isDisposed;

    public HostNode(IStorageDatabase database, HistoryWriter writer, TimeProvider time, ILogger logger)
    {
        this.database = database;
        this.writer = writer;
        this.time = time;
        this.logger = logger;
        Take();
    }

    /// <summary>The name that new runs of this process are written under.</summary>
    public string Name => name;

    /// <summary>Says that a run goes on in this process: whatever its record says, it is no orphan.</summary>
    public void Begin(string runId)
    {
        lock (live)
            live.Add(runId);
    }

    public void End(string runId)
    {
        lock (live)
            live.Remove(runId);
    }

    public bool IsLive(string runId)
    {
        lock (live)
            return live.Contains(runId);
    }

    /// <summary>Ends the runs that this node's name was left with, and looks after those of other nodes from here on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var begun = database.BegunAt();
        if (begun is not null)
            leftSince = time.GetTimestamp();
        await BuryAsync(Name, begun ?? DateTimeOffset.MinValue, cancellationToken).ConfigureAwait(false);
        await LookAsync(cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            if (!isDisposed)
                timer = time.CreateTimer(static node => _ = ((HostNode)node!).LookAndTellAsync(), this, Interval, Interval);
        }
    }

    /// <summary>Looks whether other nodes left runs behind, and whether this one still holds its name.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!Hold())
                return;
            while (lostNames.TryPeek(out var lost))
            {
                await writer.ExecuteAsync(session => Rename(session, lost, Name), null, cancellationToken).ConfigureAwait(false);
                lostNames.Dequeue();
            }
            var names = await writer.ExecuteAsync(static session => session.Read(OthersStatement, static row => row.GetString(0)), null, cancellationToken).ConfigureAwait(false);
            foreach (var free in freeSince.Keys.Except(names, StringComparer.Ordinal).ToArray())
                freeSince.Remove(free);
            foreach (var other in names)
            {
                if (other != Name)
                    await LookAtAsync(other, cancellationToken).ConfigureAwait(false);
            }
            if (leftSince is { } since && time.GetElapsedTime(since) >= database.NodePatience)
            {
                // Whoever had this name before the database began has had the time to take another for its runs.
                await BuryAsync(Name, DateTimeOffset.MinValue, cancellationToken).ConfigureAwait(false);
                leftSince = null;
            }
        }
        finally
        {
            looking.Release();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            timer?.Dispose();
            held?.Dispose();
            held = null;
        }
    }

    private async Task LookAtAsync(string other, CancellationToken cancellationToken)
    {
        if (!IsName(other) || database.TryLockNode(other) is not { } free)
        {
            freeSince.Remove(other);
            return;
        }
        using (free)
        {
            if (freeSince.TryAdd(other, time.GetTimestamp()) && database.NodePatience > TimeSpan.Zero)
                return;
            if (time.GetElapsedTime(freeSince[other]) < database.NodePatience)
                return;
            await BuryAsync(other, DateTimeOffset.MinValue, cancellationToken).ConfigureAwait(false);
            freeSince.Remove(other);
        }
    }

    private async Task LookAndTellAsync()
    {
        try
        {
            await LookAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Nobody awaits this; the next look comes.
            LogNotLooked(error.GetType().Name);
        }
    }

    /// <summary>Ends the runs of a node whose name this process holds now: those that began at a time or later.</summary>
    private async Task BuryAsync(string node, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ended = await writer.ExecuteAsync(
            session =>
            {
                var count = 0;
                foreach (var orphan in session.Read(OrphansStatement, static row => new Orphan(row.GetString(0), row.GetString(1), row.GetInt64(2), !row.IsDBNull(3), row.GetInt64(4), row.GetInt32(5)), node))
                {
                    if (IsLive(orphan.Id) || orphan.CreatedAt < from.UtcTicks)
                        continue;
                    Bury(session, orphan, now);
                    count++;
                }
                return count;
            },
            null,
            cancellationToken).ConfigureAwait(false);
        if (ended > 0)
            LogEnded(node, ended);
    }

    private static void Bury(IHistorySession session, Orphan orphan, DateTimeOffset now)
    {
        var usage = session.Read(
            UsageStatement,
            static row => new RunUsage
            {
                Calls = Convert.ToInt32(row.GetValue(0), null), InputTokens = Convert.ToInt64(row.GetValue(1), null), OutputTokens = Convert.ToInt64(row.GetValue(2), null),
                CachedInputTokens = Convert.ToInt64(row.GetValue(3), null), ReasoningTokens = Convert.ToInt64(row.GetValue(4), null),
            },
            orphan.Number)[0];
        HistoryStatements.EndRun(session, new RunEnd
        {
            Id = orphan.Id,
            Status = "failed",
            ErrorCode = WorkflowErrorCodes.HostStopped,
            Error = Sentence,
            FinishedAt = now,
            Duration = TimeSpan.FromTicks(Math.Max(0, now.UtcTicks - orphan.CreatedAt)),
            Usage = usage,
        });
        if (orphan.HasCallback)
            HistoryStatements.InsertCallback(session, orphan.Id, Body(orphan, usage, now), now.UtcTicks);
    }

    /// <summary>What the server tells of any run that has ended: <c>workflow_finished</c>, with the same members.</summary>
    private static byte[] Body(Orphan orphan, RunUsage usage, DateTimeOffset now)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("event", "workflow_finished");
            json.WriteString("task_id", orphan.Id);
            json.WriteString("workflow_run_id", orphan.Id);
            json.WriteStartObject("data");
            json.WriteString("id", orphan.Id);
            json.WriteString("workflow_id", orphan.Workflow);
            json.WriteString("status", "failed");
            json.WriteStartObject("outputs");
            json.WriteEndObject();
            json.WriteString("error", Sentence);
            json.WriteString("error_code", WorkflowErrorCodes.HostStopped);
            json.WriteNumber("elapsed_time", Math.Round(Math.Max(0, (now - new DateTimeOffset(orphan.CreatedAt, TimeSpan.Zero)).TotalSeconds), 6));
            json.WriteNumber("total_tokens", usage.TotalTokens);
            json.WriteNumber("total_steps", orphan.TotalSteps);
            json.WriteNumber("created_at", new DateTimeOffset(orphan.CreatedAt, TimeSpan.Zero).ToUnixTimeSeconds());
            json.WriteNumber("finished_at", now.ToUnixTimeSeconds());
            json.WriteNumber("exceptions_count", 0);
            json.WriteStartObject("usage");
            json.WriteNumber("calls", usage.Calls);
            json.WriteNumber("input_tokens", usage.InputTokens);
            json.WriteNumber("output_tokens", usage.OutputTokens);
            json.WriteNumber("cached_input_tokens", usage.CachedInputTokens);
            json.WriteNumber("reasoning_tokens", usage.ReasoningTokens);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return text.WrittenSpan.ToArray();
    }

    /// <summary>Runs that go on here are those of this node under its new name: who has the old one must not take them for what it was left with.</summary>
    private int Rename(IHistorySession session, string from, string to)
    {
        string[] runs;
        lock (live)
            runs = [.. live];
        return runs.Sum(run => session.Change(RenameStatement, to, from, run));
    }

    private static bool IsName(string node) => node.StartsWith("node-", StringComparison.Ordinal) && int.TryParse(node.AsSpan(5), System.Globalization.NumberStyles.None, null, out var number) && number is > 0 and <= MostNodes;

    /// <summary>Whether this process holds its name. One that lost it takes it again, or another.</summary>
    private bool Hold()
    {
        lock (gate)
        {
            if (isDisposed)
                return false;
            if (held!.IsHeld())
                return true;
            var before = name;
            held.Dispose();
            if (database.TryLockNode(before) is { } again)
                held = again;
            else
                Take();
            if (name != before)
                lostNames.Enqueue(before);
            return true;
        }
    }

    private void Take()
    {
        for (var number = 1; number <= MostNodes; number++)
        {
            var one = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"node-{number}");
            if (database.TryLockNode(one) is not { } taken)
                continue;
            held = taken;
            name = one;
            return;
        }
        throw new InvalidOperationException("No name is left for this node: all are locked. Find out who holds the locks of the store's nodes.");
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "{Count} runs of {Node}, which is gone, were still going on when it ended: they have failed.")]
    private partial void LogEnded(string node, int count);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "Whether other nodes left runs behind could not be found out ({Error}).")]
    private partial void LogNotLooked(string error);

    private readonly record struct Orphan(string Id, string Workflow, long CreatedAt, bool HasCallback, long Number, int TotalSteps);
}
