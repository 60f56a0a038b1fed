using System.Globalization;
using System.Net.Http.Headers;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server;

/// <summary>
/// Delivers callbacks, each at least once: again after a failure, ever later, for about a day. All attempts of one carry the same id, by which a receiver knows what it had already.
/// </summary>
internal sealed partial class CallbackDelivery(ICallbackOutbox outbox, ITokenStore tokens, Fetcher fetcher, TimeProvider time, ILogger<CallbackDelivery> logger) : BackgroundService
{
    private const int AtOnce = 16;
    private const int MaxAttempts = 12;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TimeForAnswer = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>After a failure: 5 seconds, then three times as long each, six hours at most.</summary>
    public static TimeSpan DelayAfter(int attempts) => TimeSpan.FromSeconds(Math.Min(5 * Math.Pow(3, attempts - 1), 6 * 60 * 60));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await DeliverDueAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not delivered yet is so after the next start.
        }
    }

    /// <summary>Delivers what is due now.</summary>
    public async Task DeliverDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await outbox.TakeDueAsync(AtOnce, Lease, cancellationToken).ConfigureAwait(false) is { Count: > 0 } due)
                await Task.WhenAll(due.Select(callback => DeliverAsync(callback, cancellationToken))).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogStore(error.GetType().Name);
        }
    }

    private async Task DeliverAsync(PendingCallback callback, CancellationToken cancellationToken)
    {
        var reason = await TryDeliverAsync(callback, cancellationToken).ConfigureAwait(false);
        if (reason is null)
        {
            await outbox.CompleteAsync(callback.Id, delivered: true, cancellationToken).ConfigureAwait(false);
            return;
        }
        var attempts = callback.Attempts + 1;
        if (attempts >= MaxAttempts)
        {
            LogGivenUp(callback.RunId, attempts, reason);
            await outbox.CompleteAsync(callback.Id, delivered: false, cancellationToken).ConfigureAwait(false);
            return;
        }
        LogFailed(callback.RunId, attempts, reason);
        await outbox.PostponeAsync(callback.Id, time.GetUtcNow() + DelayAfter(attempts), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says why it was not delivered; null where it was. No address and no word of the receiver's is in it.</summary>
    private async Task<string?> TryDeliverAsync(PendingCallback callback, CancellationToken cancellationToken)
    {
        try
        {
            if (await tokens.FindCallbackKeyAsync(callback.TokenId, cancellationToken).ConfigureAwait(false) is not { } key)
                return "its token is gone, or its signing key cannot be read";
            var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(callback.Url)) { Content = new ByteArrayContent(callback.Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation("webhook-id", callback.Id);
            request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
            request.Headers.TryAddWithoutValidation("webhook-signature", CallbackSignature.Of(key, callback.Id, timestamp, callback.Body));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeForAnswer);
            using var answer = await fetcher.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
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
        catch (Exception error) when (error is HttpRequestException or IOException or WorkflowRunException)
        {
            return error.GetType().Name;
        }
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "The callback of run {RunId} failed at attempt {Attempt}: {Reason}.")]
    private partial void LogFailed(string runId, int attempt, string reason);

    [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "The callback of run {RunId} is given up after {Attempts} attempts: {Reason}.")]
    private partial void LogGivenUp(string runId, int attempts, string reason);

    [LoggerMessage(EventId = 32, Level = LogLevel.Warning, Message = "Callbacks could not be read from the store ({Error}).")]
    private partial void LogStore(string error);
}
