using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>The services of a host whose workflows follow a script.</summary>
internal static class ScriptedServices
{
    public static ServiceProvider Create()
    {
        var services = new ServiceCollection();
        WorkflowsBuilder.For(services);
        services.AddScoped(static _ => Script.Current);
        return services.BuildServiceProvider();
    }
}
