using KeyedWorkflows.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server;

/// <summary>
/// Lets runs end before the host does: when it is told to stop it is unready, begins none, and waits for its grace time while connections still are served. Meanwhile it stops runs that were asked to stop elsewhere, and those
/// whose token was revoked.
/// </summary>
internal sealed partial class RunLifetime(RunHub hub, IRunHistory history, TokenReader tokens, WorkflowServerOptions options, TimeProvider time, ILogger<RunLifetime> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var ended = stopping.Token;
        watching = Task.Run(() => WatchAsync(ended), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await hub.DrainAsync(options.ShutdownGrace, cancellationToken).ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        try
        {
            await history.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogUnwritten();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A host may be disposed of without having been stopped: the watch ends with it all the same.</summary>
    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
    }

    private async Task WatchAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (!ended.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
                    return;
                if (hub.All.Count == 0)
                    continue;
                await StopRevokedAsync(ended).ConfigureAwait(false);
                foreach (var id in await history.ReadStopRequestsAsync(ended).ConfigureAwait(false))
                    hub.All.FirstOrDefault(live => live.RunId == id)?.Stop(StopReason.Caller);
            }
            catch (Exception) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogUnheard(error.GetType().Name);
            }
        }
    }

    /// <summary>Model calls are refused to a token that was revoked; what a run does besides ends here.</summary>
    private async Task StopRevokedAsync(CancellationToken ended)
    {
        foreach (var own in hub.All.GroupBy(static live => live.TokenId).ToList())
        {
            try
            {
                if (await tokens.IsValidAsync(own.Key, ended).ConfigureAwait(false))
                    continue;
            }
            catch (WorkflowRunException error)
            {
                // One that cannot be read now must not hide that another was revoked.
                LogUnheard(error.Code);
                continue;
            }
            foreach (var live in own)
                live.Stop(StopReason.Token);
        }
    }

    [LoggerMessage(EventId = 41, Level = LogLevel.Critical, Message = "The host's time to stop is over, and the store has not taken the records of the last runs.")]
    private partial void LogUnwritten();

    [LoggerMessage(EventId = 40, Level = LogLevel.Warning, Message = "The store could not be asked which runs are to be stopped ({Error}).")]
    private partial void LogUnheard(string error);
}
