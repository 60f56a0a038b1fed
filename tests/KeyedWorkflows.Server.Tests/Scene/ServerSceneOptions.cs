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

    public Action<StorageOptions>? Storage { get; init; }

    public Action<WorkflowServerOptions>? Server { get; init; }

    public Action<IServiceCollection>? Services { get; init; }

    public Action<WebApplication>? App { get; init; }
}
