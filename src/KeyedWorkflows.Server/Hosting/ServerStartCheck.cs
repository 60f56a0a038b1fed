using KeyedWorkflows.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KeyedWorkflows.Server;

/// <summary>Refuses a start with options that make no sense, and says what was forgotten where every request, or every run of a workflow, would be refused for it.</summary>
internal sealed partial class ServerStartCheck(
    WorkflowServerOptions options, IOptions<HostOptions> host, UnloggedBodies mapped, WorkflowRegistry workflows, ModelProviders providers, ILogger<ServerStartCheck> logger, ITokenStore? tokens = null) : IHostedLifecycleService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        options.Check();
        if (tokens is null)
            LogNobody();
        if (host.Value.ShutdownTimeout < options.ShutdownGrace)
            LogShortStop(host.Value.ShutdownTimeout.TotalSeconds, options.ShutdownGrace.TotalSeconds);
        foreach (var workflow in workflows.Workflows)
        {
            foreach (var slot in workflow.Slots)
            {
                if (slot.IsUsed && !(slot.Providers.Count == 0 ? providers.Names != "none" : slot.Providers.Any(name => providers.TryFind(name, out _))))
                    LogNoProvider(workflow.Name, slot.Name, slot.Providers.Count == 0 ? "a provider" : "provider " + string.Join(" or ", slot.Providers), providers.Names);
            }
        }
        return Task.CompletedTask;
    }

    /// <summary>When all of the host has started, its endpoints are there, if they ever will be.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (mapped.IsEmpty)
            LogUnmapped();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 50, Level = LogLevel.Warning, Message = "The host has no store of tokens, so that every request is refused. Add one: AddWorkflows().AddSqliteStorage().AddServer().")]
    private partial void LogNobody();

    [LoggerMessage(EventId = 51, Level = LogLevel.Warning, Message = "The host gives itself {Timeout} seconds to stop (HostOptions.ShutdownTimeout), and runs {Grace}: they are cut off before.")]
    private partial void LogShortStop(double timeout, double grace);

    [LoggerMessage(EventId = 52, Level = LogLevel.Warning, Message = "Workflow {Workflow} needs {Provider} for slot {Slot}, and the host has {Known}: each of its runs is refused. Add it, such as AddOpenAI(), or correct the name in [CredentialProfile].")]
    private partial void LogNoProvider(string workflow, string slot, string provider, string known);

    [LoggerMessage(EventId = 53, Level = LogLevel.Warning, Message = "The server was added and nothing of it is served: call app.MapWorkflows() before the host starts.")]
    private partial void LogUnmapped();
}
