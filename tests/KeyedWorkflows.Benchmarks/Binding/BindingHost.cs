using KeyedWorkflows.Hosting;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Binding;

/// <summary>A host with a number of profiles, all of which have their client already.</summary>
internal sealed class BindingHost : IDisposable
{
    private static readonly WorkflowDefinition Workflow = WorkflowDefinition.Of<ReadyChat, int, bool>();

    private readonly ServiceProvider services;
    private readonly ICredentialBinder binder;
    private readonly IModelClients clients;
    private readonly ModelClientCache cache;
    private readonly StepAccount account;

    public BindingHost(int profiles)
    {
        ServiceCollection all = new();
        // Room for all of them: beyond it the clients that were unused for longest are built again.
        all.AddSingleton(static all => new ModelClientCache(all.GetRequiredService<ModelClientFactory>(), capacity: 1_000_000));
        all.AddWorkflows(workflows =>
        {
            workflows.AddProvider(new IdleProvider());
            for (var i = 0; i < profiles; i++)
                workflows.AddProfile(Profiles.Make(i, "idle"));
        });
        services = all.BuildServiceProvider();
        binder = services.GetRequiredService<ICredentialBinder>();
        clients = services.GetRequiredService<IModelClients>();
        cache = services.GetRequiredService<ModelClientCache>();
        WorkflowRun run = new(services.GetRequiredService<WorkflowHost>(), Workflow, null, null, CancellationToken.None);
        account = new(run, Workflow.Steps[0], null, null, CancellationToken.None);
        for (var i = 0; i < profiles; i++)
            BindAndTake(Profiles.NameOf(i));
    }

    /// <summary>From a name as it came with a request to the frozen binding of a run.</summary>
    public RunBinding Bind(string profile)
    {
        var bound = binder.BindAsync(Workflow, new() { Credentials = RunCredentials.For(profile) }, CancellationToken.None);
        return bound.IsCompletedSuccessfully ? bound.Result : throw new InvalidOperationException("The binding had to wait.");
    }

    /// <summary>The same, and the client that a step gets.</summary>
    public IChatClient BindAndOpen(string profile) => clients.OpenChat(Bind(profile)[0], Workflow.SlotAt(0), account, null, null, null);

    /// <summary>The same, and the built client behind it, taken for one call and given back.</summary>
    public IChatClient BindAndTake(string profile)
    {
        var binding = Bind(profile)[0];
        var client = clients.OpenChat(binding, Workflow.SlotAt(0), account, null, null, null);
        cache.Take(new(ClientKind.Chat, "model", null), binding.Profile!).Dispose();
        return client;
    }

    public void Dispose() => services.Dispose();
}
