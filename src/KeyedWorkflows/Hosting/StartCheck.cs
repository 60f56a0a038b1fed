using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Hosting;

/// <summary>Builds what all runs share when the host starts: a faulty configuration, or a profile that stands in two stores, refuses the start and not the first run.</summary>
internal sealed class StartCheck(WorkflowHost host) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = host;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
