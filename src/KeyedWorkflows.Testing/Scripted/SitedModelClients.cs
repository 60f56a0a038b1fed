using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Testing;

/// <summary>Puts the step's name on every call of the clients that steps get, for the scripted models behind them.</summary>
internal sealed class SitedModelClients(IModelClients inner) : IModelClients
{
    /// <summary>Puts itself around the host's clients.</summary>
    public static void Install(IServiceCollection services)
    {
        for (var index = services.Count - 1; index >= 0; index--)
        {
            var present = services[index];
            if (present.ServiceType != typeof(IModelClients))
                continue;
            if (present is { IsKeyedService: false, ImplementationFactory: { } make })
                services[index] = ServiceDescriptor.Singleton<IModelClients>(all => new SitedModelClients((IModelClients)make(all)));
            return;
        }
    }

    public IChatClient OpenChat(SlotBinding binding, SlotDefinition slot, StepAccount account, string? model, string? fallbackModel, object? toolValues) =>
        new SitedChatClient(inner.OpenChat(binding, slot, account, model, fallbackModel, toolValues), SiteOf(binding, account));

    public IEmbeddingGenerator<string, Embedding<float>> OpenEmbeddings(SlotBinding binding, SlotDefinition slot, StepAccount account, string? model) =>
        new SitedEmbeddingGenerator(inner.OpenEmbeddings(binding, slot, account, model), SiteOf(binding, account));

    public ValueTask<CallParties> ReadPartiesAsync(SlotBinding binding, RunCaller caller, CancellationToken cancellationToken) => inner.ReadPartiesAsync(binding, caller, cancellationToken);

    private static ModelCallSite SiteOf(SlotBinding binding, StepAccount account) =>
        new(account.Run.RunId, account.Workflow.Name, account.StepPath, binding.Slot, binding.ProfileName, account.Attempt, account.Element);
}
