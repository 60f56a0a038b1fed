using System.Globalization;
using System.Net.Http.Headers;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server;

/// <summary>
/// Delivers callbacks, each at least once: again after a failure, ever later, for about a day. All attempts of one carry the same id, by which a receiver knows what it had already. A receiver that does not answer delays its own
/// alone: <see cref="CallbackLine"/>.
/// </summary>
internal sealed partial class CallbackDelivery(
    ICallbackOutbox? outbox, ITokenStore? tokens, Fetcher fetcher, Fetcher toOperator, WorkflowServerOptions options, TimeProvider time, ILogger<CallbackDelivery> logger) : BackgroundService
{
    private const int MaxAttempts = 12;
    private const int MaxPutBack = 100_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TimeForAnswer = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>An answer within this time is that of a receiver that keeps up.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(2);

    /// <summary>When one comes again for which there was no room: soon, where its host was not heard yet.</summary>
    private static readonly TimeSpan PutBack = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PutBackOfSlowHost = TimeSpan.FromSeconds(20);

    private readonly CallbackLine line = new();

    /// <summary>How often each was put back: the store counts that as an attempt, and it was none.</summary>
    private readonly Dictionary<string, int> putBack = new(StringComparer.Ordinal);

    /// <summary>After a failure: 5 seconds, then three times as long each, six hours at most.</summary>
    public static TimeSpan DelayAfter(int attempts) => TimeSpan.FromSeconds(Math.Min(5 * Math.Pow(3, attempts - 1), 6 * 60 * 60));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (outbox is null || tokens is null)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        var underWay = new List<Task<Attempt>>();
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var mayBeDue = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (mayBeDue && line.Room > 0)
                mayBeDue = await TakeAsync(outbox, stoppingToken).ConfigureAwait(false);
            while (line.TryNext(out var callback, out var host))
                underWay.Add(DeliverAsync(outbox, callback, host, AttemptsOf(callback), stoppingToken));
            if (!mayBeDue || line.Room == 0)
                await Task.WhenAny([tick, .. underWay]).ConfigureAwait(false);
            if (tick.IsCompleted)
            {
                mayBeDue = true;
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }
            foreach (var ended in underWay.FindAll(static one => one.IsCompleted))
            {
                underWay.Remove(ended);
                await EndAsync(outbox, await ended.ConfigureAwait(false), stoppingToken).ConfigureAwait(false);
            }
        }

        // What is not delivered yet is so after the next start.
        await Task.WhenAll(underWay).ConfigureAwait(false);
    }

    /// <summary>Takes what is due, as far as there is room, and says whether there may be more.</summary>
    private async Task<bool> TakeAsync(ICallbackOutbox outbox, CancellationToken cancellationToken)
    {
        try
        {
            var room = line.Room;
            var due = await outbox.TakeDueAsync(room, Lease, cancellationToken).ConfigureAwait(false);
            await PutBackAsync(outbox, due.Where(callback => !line.TryAdd(callback, HostOf(callback))).ToList(), cancellationToken).ConfigureAwait(false);
            return due.Count == room;
        }
        catch (Exception error)
        {
            if (!cancellationToken.IsCancellationRequested)
                LogStore(error.GetType().Name);
            return false;
        }
    }

    private async Task EndAsync(ICallbackOutbox outbox, Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.IsOver)
            putBack.Remove(attempt.Id);
        try
        {
            await PutBackAsync(outbox, line.Ended(attempt.Host, attempt.WasPrompt), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Their leases end, and they come again.
            if (!cancellationToken.IsCancellationRequested)
                LogStore(error.GetType().Name);
        }
    }

    private Task PutBackAsync(ICallbackOutbox outbox, IReadOnlyList<PendingCallback> surplus, CancellationToken cancellationToken)
    {
        // Forgotten, they are given up a little earlier: better than a memory that grows with other nodes' deliveries.
        if (putBack.Count >= MaxPutBack)
            putBack.Clear();
        foreach (var callback in surplus)
            putBack[callback.Id] = putBack.GetValueOrDefault(callback.Id) + 1;
        return Task.WhenAll(surplus.Select(callback =>
            outbox.PostponeAsync(callback.Id, time.GetUtcNow() + (line.IsSlow(HostOf(callback)) ? PutBackOfSlowHost : PutBack), cancellationToken)));
    }

    private int AttemptsOf(PendingCallback callback) => Math.Max(1, callback.Attempts + 1 - putBack.GetValueOrDefault(callback.Id));

    private static string HostOf(PendingCallback callback) => Uri.TryCreate(callback.Url, UriKind.Absolute, out var url) ? url.IdnHost : "";

    /// <summary>Attempts a delivery, and has the store know what became of it. Throws nothing.</summary>
    private async Task<Attempt> DeliverAsync(ICallbackOutbox outbox, PendingCallback callback, string host, int attempts, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            var reason = await TryDeliverAsync(callback, cancellationToken).ConfigureAwait(false);
            var wasPrompt = reason is null && time.GetElapsedTime(begun) < Prompt;
            var isOver = reason is null || attempts >= MaxAttempts;
            if (reason is not null && isOver)
                LogGivenUp(callback.RunId, attempts, reason);
            else if (reason is not null)
                LogFailed(callback.RunId, attempts, reason);
            await (isOver
                ? outbox.CompleteAsync(callback.Id, delivered: reason is null, cancellationToken)
                : outbox.PostponeAsync(callback.Id, time.GetUtcNow() + DelayAfter(attempts), cancellationToken)).ConfigureAwait(false);
            return new(callback.Id, host, wasPrompt, isOver);
        }
        catch (Exception error)
        {
            // The stop, or the store: its lease ends, and it comes again.
            if (!cancellationToken.IsCancellationRequested)
                LogStore(error.GetType().Name);
            return new(callback.Id, host, false, false);
        }
    }

    /// <summary>Says why it was not delivered; null where it was. No address and no word of the receiver's is in it.</summary>
    private async Task<string?> TryDeliverAsync(PendingCallback callback, CancellationToken cancellationToken)
    {
        try
        {
            var isOfHost = callback.TokenId == PendingCallback.OfHost;
            var (key, fault) = isOfHost ? (options.BudgetWebhookKey, null) : await KeyOfAsync(callback.TokenId, cancellationToken).ConfigureAwait(false);
            if (key is null)
                return fault ?? "the host names no key to sign it with any more";
            var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(callback.Url)) { Content = new ByteArrayContent(callback.Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation("webhook-id", callback.Id);
            request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
            request.Headers.TryAddWithoutValidation("webhook-signature", CallbackSignature.Of(key, callback.Id, timestamp, callback.Body));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeForAnswer);
            using var answer = await (isOfHost ? toOperator : fetcher).Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? null : $"status {(int)answer.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer in time";
        }
        catch (ModelCallException)
        {
            return "its address is not one that the host connects to for callers";
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it has its next attempt at the usual time, and its last.
            return error.GetType().Name;
        }
    }

    private async Task<(byte[]? Key, string? Fault)> KeyOfAsync(string tokenId, CancellationToken cancellationToken)
    {
        if (await tokens!.FindCallbackKeyAsync(tokenId, cancellationToken).ConfigureAwait(false) is not { } key)
            return (null, "its token is gone, or its signing key cannot be read");
        return await tokens.FindByIdAsync(tokenId, cancellationToken).ConfigureAwait(false) is { Enabled: true } ? (key, null) : (null, "its token is disabled");
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "The callback of run {RunId} failed at attempt {Attempt}: {Reason}.")]
    private partial void LogFailed(string runId, int attempt, string reason);

    [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "The callback of run {RunId} is given up after {Attempts} attempts: {Reason}.")]
    private partial void LogGivenUp(string runId, int attempts, string reason);

    [LoggerMessage(EventId = 32, Level = LogLevel.Warning, Message = "The store of callbacks does not do what it should ({Error}). They are tried again.")]
    private partial void LogStore(string error);

    /// <summary>What became of an attempt.</summary>
    private readonly record struct Attempt(string Id, string Host, bool WasPrompt, bool IsOver);
}
