using KeyedWorkflows.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KeyedWorkflows.Server;

/// <summary>Refuses a start with options that make no sense, and says when nobody can be let in.</summary>
internal sealed partial class ServerStartCheck(WorkflowServerOptions options, IOptions<HostOptions> host, ILogger<ServerStartCheck> logger, ITokenStore? tokens = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        options.Check();
        if (tokens is null)
            LogNobody();
        if (host.Value.ShutdownTimeout < options.ShutdownGrace)
            LogShortStop(host.Value.ShutdownTimeout.TotalSeconds, options.ShutdownGrace.TotalSeconds);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 50, Level = LogLevel.Warning, Message = "The host has no store of tokens, so that every request is refused. Add one: AddWorkflows().AddSqliteStorage().AddServer().")]
    private partial void LogNobody();

    [LoggerMessage(EventId = 51, Level = LogLevel.Warning, Message = "The host gives itself {Timeout} seconds to stop (HostOptions.ShutdownTimeout), and runs {Grace}: they are cut off before.")]
    private partial void LogShortStop(double timeout, double grace);
}
