using KeyedWorkflows.Hosting;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Scene;

internal sealed record ServerSceneOptions
{
    public ModelServer? Models { get; init; }

    public string? Directory { get; init; }

    public string Environment { get; init; } = "Development";

    public bool Store { get; init; } = true;

    /// <summary>Adds the store: SQLite in the scene's directory, unless a test brings another.</summary>
    public Action<WorkflowsBuilder, Action<StorageOptions>> AddStore { get; init; } = static (builder, configure) => builder.AddSqliteStorage(configure);

    public Action<StorageOptions>? Storage { get; init; }

    public Action<WorkflowServerOptions>? Server { get; init; }

    public Action<IServiceCollection>? Services { get; init; }

    public Action<WebApplication>? App { get; init; }
}
