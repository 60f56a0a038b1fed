using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Cli.Serving;

/// <summary>The host lives as long as its command, which heeds Ctrl-C itself: with the console's own lifetime beside it, a second one would not end the process.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
