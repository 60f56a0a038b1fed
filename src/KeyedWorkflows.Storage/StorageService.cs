using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Storage;

/// <summary>Starts what the store does of its own accord, and, when all of the host has stopped, waits until what was reported is on the disk.</summary>
internal sealed class StorageService(HistoryWriter writer, HostNode node, Retention retention) : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await node.StartAsync(cancellationToken).ConfigureAwait(false);
        retention.Start();
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => writer.FlushAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
