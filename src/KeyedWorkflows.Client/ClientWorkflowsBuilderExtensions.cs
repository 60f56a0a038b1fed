using System.Net;
using KeyedWorkflows.Client;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KeyedWorkflows;

/// <summary>Lets the generated clients of a host run their workflows on a server.</summary>
public static class ClientWorkflowsBuilderExtensions
{
    /// <summary>
    /// Lets the generated clients run their workflows on a server of KeyedWorkflows, in the place of this process. A project that references the client's package has <c>services.AddWorkflowClients(…)</c>, which is
    /// <c>services.AddWorkflows().UseHttp(…)</c>. Called again, the settings are added to.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Names the server and the token.</param>
    /// <returns>The builder.</returns>
    public static WorkflowsBuilder UseHttp(this WorkflowsBuilder builder, Action<WorkflowClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.AddOptions<WorkflowClientOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WorkflowClientOptions>, ClientOptionsCheck>());
        services.Replace(ServiceDescriptor.Singleton<WorkflowTransport>(CreateTransport));
        if (services.Any(static service => service.ServiceType == typeof(ClientMark)))
            return builder;
        services.AddSingleton<ClientMark>();
        services.AddHttpClient(WorkflowClientOptions.HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)

            // The clients say themselves what went wrong, in a line: the factory's loggers would show each try with its stack. Where a host adds those again, what it shows of the headers of its other clients is no word about these.
            .RemoveAllLoggers()
            .RedactLoggedHeaders(static _ => true);
        return builder;
    }

    private static HttpTransport CreateTransport(IServiceProvider all)
    {
        var options = all.GetRequiredService<IOptions<WorkflowClientOptions>>().Value;
        var http = all.GetRequiredService<IHttpClientFactory>().CreateClient(WorkflowClientOptions.HttpClientName);
        var time = all.GetService<TimeProvider>() ?? TimeProvider.System;
        var logger = all.GetService<ILogger<HttpTransport>>() ?? NullLogger<HttpTransport>.Instance;
        return new HttpTransport(new ApiCalls(ApiClient.Over(http, options), options, time, logger), options);
    }

    // One client for good: its connections are renewed here.
    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        UseProxy = false,
    };

    private sealed class ClientMark;
}
