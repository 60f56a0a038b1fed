using System.Net;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Cli.Serving;

/// <summary>The host that <c>serve</c> runs: workflows of an assembly, the store, the OpenAI family and the trigger API.</summary>
internal static class ServedHost
{
    /// <summary>Makes it.</summary>
    /// <param name="assembly">The workflows.</param>
    /// <param name="settings">The store.</param>
    /// <param name="options">How it serves.</param>
    /// <exception cref="CommandFault">It would not serve.</exception>
    public static WebApplication Create(WorkflowAssembly assembly, StoreSettings settings, ServedHostOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = settings.WorkingDirectory, EnvironmentName = settings.Environment, ApplicationName = "workflows" });
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(static console => console.SingleLine = true);
        builder.Logging.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // What keeps the host from starting is said in a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.SetMinimumLevel(options.IsVerbose ? LogLevel.Information : LogLevel.Warning);
        var workflows = WorkflowsBuilder.For(builder.Services).AddOpenAI(openAI => openAI.Endpoint = options.OpenAI);
        assembly.AddTo(workflows);
        if (settings.ConnectionString is { } connection)
            workflows.AddPostgreSqlStorage(connection, Apply);
        else
            workflows.AddSqliteStorage(Apply);
        workflows.AddServer(server =>
        {
            server.AllowPlainHttp = options.AllowPlainHttp;
            server.Capture = options.Capture;
        });
        var app = builder.Build();
        WorkflowAssembly.Check(app.Services);
        app.MapWorkflows(options.Prefix);
        if (options.HasAdministration)
            app.MapWorkflowsAdministration();
        return app;

        void Apply(StorageOptions storage)
        {
            settings.Apply(storage);
            storage.SecretReferences.AllowEnvironment = options.AllowEnvironmentKeys;
            storage.SecretReferences.FileDirectory = options.KeyDirectory;
        }
    }

    /// <summary>Whether an address is reached from this machine alone.</summary>
    public static bool IsLoopback(Uri address) => address.IsLoopback || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}
