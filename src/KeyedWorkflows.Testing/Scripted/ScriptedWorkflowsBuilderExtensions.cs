using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows;

/// <summary>Adds scripted models to a host.</summary>
public static partial class ScriptedWorkflowsBuilderExtensions
{
    /// <summary>
    /// Adds the provider <c>scripted</c>. A profile with <c>Provider = "scripted"</c> fits any slot and answers without key or network, as the script says; its model may have any name. For development and
    /// tests: in Production a run under such a profile is refused. Called again, the same script is added to.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="script">Writes the script. It can be changed later too, by the service <see cref="ScriptedModels"/>.</param>
    /// <returns>The builder.</returns>
    public static WorkflowsBuilder AddScripted(this WorkflowsBuilder builder, Action<ScriptedModels>? script = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var models = builder.Services.Select(static service => service.ImplementationInstance).OfType<ScriptedModels>().FirstOrDefault();
        if (models is null)
        {
            models = new ScriptedModels();
            builder.Services.AddSingleton(models);
            SitedModelClients.Install(builder.Services);
            builder.Services.AddSingleton<IModelProvider>(all =>
            {
                if (all.GetService<ILoggerFactory>() is { } loggers)
                    SayScripted(loggers.CreateLogger<ScriptedModels>());
                return new ScriptedModelProvider(ScriptedModelProvider.OwnName, isScripted: true, models);
            });
        }
        script?.Invoke(models);
        return builder;
    }

    /// <summary>Adds a profile of the provider <c>scripted</c>, kept in memory.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="name">The profile's name.</param>
    /// <param name="tenant">Whose it is; null: the operator's own.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name or the tenant is malformed.</exception>
    public static WorkflowsBuilder AddScriptedProfile(this WorkflowsBuilder builder, string name, string? tenant = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProfile(new StoredProfile
        {
            Id = "scripted-" + name,
            Name = name,
            Tenant = tenant,
            Provider = ScriptedModelProvider.OwnName,
            Model = ScriptedModelProvider.OwnName,
            EmbeddingModel = ScriptedModelProvider.OwnName,
            Revision = "1",
        });
    }

    [LoggerMessage(1, LogLevel.Warning, "This host has scripted models: runs under profiles of provider 'scripted' are answered without a model. They are refused in Production.")]
    private static partial void SayScripted(ILogger logger);
}
