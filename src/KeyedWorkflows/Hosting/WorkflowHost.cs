using KeyedWorkflows.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Hosting;

/// <summary>What the runs of a host share.</summary>
internal sealed class WorkflowHost(IServiceProvider services)
{
    public IServiceProvider Services { get; } = services;

    public IServiceScopeFactory Scopes { get; } = services.GetRequiredService<IServiceScopeFactory>();

    public TimeProvider Time { get; } = services.GetService<TimeProvider>() ?? TimeProvider.System;

    public ICredentialBinder Binder { get; } = services.GetRequiredService<ICredentialBinder>();

    /// <summary>What traces and measures runs; null where <c>UseOpenTelemetry</c> was not called.</summary>
    public WorkflowTelemetry? Telemetry { get; } = services.GetService<WorkflowTelemetry>();

    /// <summary>Where calls of runs are booked that nobody listens to; null where the host has no store.</summary>
    public ICallBooks? Books { get; } = services.GetService<ICallBooks>();

    public UsageLimiter Limiter { get; } = services.GetRequiredService<UsageLimiter>();

    public IModelClients Clients { get; } = services.GetRequiredService<IModelClients>();
}
