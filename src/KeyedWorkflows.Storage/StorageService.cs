using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Storage;

/// <summary>Starts what the store does of its own accord, and, when all of the host has stopped, waits until what was reported is on the disk.</summary>
internal sealed class StorageService(HostStorage storage, CallRecovery recovery, HistoryWriter writer, HostNode node, Retention retention) : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the runs of processes that are gone are ended: what their calls used is told with that.
        await recovery.StartAsync(cancellationToken).ConfigureAwait(false);
        await node.StartAsync(cancellationToken).ConfigureAwait(false);
        retention.Start();
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The writer says what it could not write, when it is disposed of.
        }
        try
        {
            await storage.CloseAuditAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The host is in a hurry: how much of what was refused is not written is said when that is disposed of.
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
