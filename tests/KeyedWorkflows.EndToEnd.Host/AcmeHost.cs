using Acme.Workflows;
using KeyedWorkflows;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Host;

/// <summary>How the host is set up: its own <c>AddWorkflows()</c>, though the library has one too, and its friends see both.</summary>
public static class AcmeHost
{
    /// <summary>Sets a service collection up, all at once.</summary>
    public static WorkflowsBuilder Configure(IServiceCollection services) => services.AddWorkflows().AddOpenAI();

    /// <summary>The clients of the library's workflows, the internal ones included.</summary>
    internal static (IRefundClient Refund, IHouseKeepingClient HouseKeeping) ClientsOf(IServiceProvider services) =>
        (services.GetRequiredService<IRefundClient>(), services.GetRequiredService<IHouseKeepingClient>());
}
