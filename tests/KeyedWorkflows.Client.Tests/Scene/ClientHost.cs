using KeyedWorkflows.Server.Tests.Scene;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>An application that has the workflows' clients and a token, and no provider, store or profile.</summary>
internal sealed class ClientHost : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private ClientHost(ServiceProvider services, LogSink logs)
    {
        this.services = services;
        Logs = logs;
    }

    public LogSink Logs { get; }

    public static ClientHost Of(Uri address, Secret token, Action<WorkflowClientOptions>? configure = null, Action<IServiceCollection>? more = null)
    {
        var logs = new LogSink();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace));
        services.AddWorkflowClients(client =>
        {
            client.BaseAddress = address;
            client.Token = token;
            configure?.Invoke(client);
        });
        more?.Invoke(services);
        return new(services.BuildServiceProvider(), logs);
    }

    public TClient Get<TClient>()
        where TClient : notnull => services.GetRequiredService<TClient>();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
