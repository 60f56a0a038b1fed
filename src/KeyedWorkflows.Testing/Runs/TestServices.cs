using KeyedWorkflows.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Testing;

/// <summary>The services of a test host: scripted models wherever a workflow's slots name a family.</summary>
internal static class TestServices
{
    public static ServiceProvider Create(WorkflowDefinition workflow, Action<WorkflowsBuilder> configure)
    {
        ServiceCollection services = new();
        services.AddLogging();

        // A script that fails a call is tried again at once.
        services.Configure<ModelCallPolicyOptions>(static policy => policy.FirstDelay = TimeSpan.Zero);
        var builder = WorkflowsBuilder.For(services).UseConfiguration(DefaultsOf(workflow)).AddScripted();
        configure(builder);

        var models = services.Select(static service => service.ImplementationInstance).OfType<ScriptedModels>().First();
        var families = workflow.Slots.SelectMany(static slot => slot.Providers).Distinct(StringComparer.Ordinal).DefaultIfEmpty("openai");
        foreach (var family in families)
        {
            if (!services.Any(service => service.ServiceType == typeof(IModelProvider) && (service.ImplementationInstance as IModelProvider)?.Name == family) && family != ScriptedModelProvider.OwnName)
                builder.AddProvider(new ScriptedModelProvider(family, isScripted: false, models));
        }
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    /// <summary>Profiles without which a workflow could not run: the host's default, and those that its slots name.</summary>
    private static IConfiguration DefaultsOf(WorkflowDefinition workflow)
    {
        const string own = ScriptedModelProvider.OwnName;
        Dictionary<string, string?> settings = new() { ["KeyedWorkflows:DefaultProfile"] = own };
        foreach (var name in workflow.Slots.Select(static slot => slot.Default).OfType<string>().Append(own))
        {
            settings[$"KeyedWorkflows:Profiles:{name}:Provider"] = own;
            settings[$"KeyedWorkflows:Profiles:{name}:Model"] = own;
            settings[$"KeyedWorkflows:Profiles:{name}:EmbeddingModel"] = own;
        }
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }
}
