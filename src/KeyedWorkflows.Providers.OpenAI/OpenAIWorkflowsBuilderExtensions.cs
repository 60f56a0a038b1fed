using KeyedWorkflows.Providers.OpenAI;

namespace KeyedWorkflows;

/// <summary>Adds the OpenAI family to a host.</summary>
public static class OpenAIWorkflowsBuilderExtensions
{
    /// <summary>
    /// Adds the provider <c>openai</c>: OpenAI, endpoints that speak its protocol, and Azure OpenAI on its v1 endpoint. Keys, organisations and models are the profiles', and so are endpoints, but for the
    /// default of <see cref="OpenAIOptions.Endpoint"/>; nothing is taken from the environment. Called again, the last call holds.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets how its endpoints are talked to.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static WorkflowsBuilder AddOpenAI(this WorkflowsBuilder builder, Action<OpenAIOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new OpenAIOptions();
        configure?.Invoke(options);
        var provider = new OpenAIModelProvider(options);
        for (var i = builder.Services.Count - 1; i >= 0; i--)
        {
            if (builder.Services[i] is { IsKeyedService: false, ImplementationInstance: OpenAIModelProvider })
                builder.Services.RemoveAt(i);
        }
        return builder.AddProvider(provider);
    }
}
