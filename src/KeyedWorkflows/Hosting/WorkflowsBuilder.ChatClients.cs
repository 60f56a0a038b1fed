using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows;

// What the host puts around the chat clients of its workflows.
public sealed partial class WorkflowsBuilder
{
    /// <summary>Puts a layer around the chat clients of all workflows: <c>w.UseChatClient(client =&gt; client.AsBuilder().UseLogging(logs).Build())</c>.</summary>
    /// <param name="layer">Makes the layer around a client. What it returns is disposed with the client.</param>
    /// <returns>This builder.</returns>
    /// <remarks><inheritdoc cref="UseChatClient(Func{IChatClient, ChatClientLayerContext, IChatClient}, string?, string?)" path="/remarks"/></remarks>
    public WorkflowsBuilder UseChatClient(Func<IChatClient, IChatClient> layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return UseChatClient((client, _) => layer(client));
    }

    /// <summary>Puts a layer around the chat clients of all workflows, of one workflow, or of one slot. The layer that is added first lies outermost.</summary>
    /// <param name="layer">Makes the layer around a client. What it returns is disposed with the client.</param>
    /// <param name="workflow">The name of the workflow. Null: all.</param>
    /// <param name="slot">The name of the slot. Null: all.</param>
    /// <returns>This builder.</returns>
    /// <remarks>
    /// A layer is made once for each profile, revision and model, and once a run for a key that was given for that run; it is shared by runs, so it must be safe for use from several threads and keep nothing of one
    /// call for another. Each request that goes on beneath it is counted, checked and booked, whatever it makes of a call; errors reach it without secrets; it never sees the provider's own client.
    /// Layers that cache by the call's options, such as <c>UseDistributedCache</c>, keep payers and tenants apart, since the options name them.
    /// </remarks>
    public WorkflowsBuilder UseChatClient(Func<IChatClient, ChatClientLayerContext, IChatClient> layer, string? workflow = null, string? slot = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Services.AddSingleton(new ChatClientLayer(layer, workflow, slot));
        return this;
    }

    /// <summary>
    /// Traces and measures runs, their steps and all model calls, embeddings too, by the conventions of OpenTelemetry for generative AI. Spans also name workflow, run, step, profile and tenant (<c>keyedworkflows.*</c>), and never a key.
    /// Prompts and answers are not recorded unless <paramref name="configure"/> says so: the environment variable that changes this elsewhere does not change it here.
    /// </summary>
    /// <remarks>
    /// A run's span lies under the caller's, a step's under the run's or, in a sub-workflow, under that of the step that runs it, and a model call's under the step's. The metrics of the conventions (<c>gen_ai.client.*</c>) cannot tell
    /// payers apart: <c>keyedworkflows.model.tokens</c> and <c>keyedworkflows.model.duration</c> do, one measurement a request, and <c>keyedworkflows.runs</c> and <c>keyedworkflows.run.duration</c> say how runs went. Where no exporter
    /// listens, runs go as without this. Called twice under two names, runs are told of under the first.
    /// </remarks>
    /// <param name="sourceName">The name of the activity source and of the meter, for <c>AddSource</c> and <c>AddMeter</c>.</param>
    /// <param name="configure">Sets the layer of chat clients up.</param>
    /// <returns>This builder.</returns>
    public WorkflowsBuilder UseOpenTelemetry(string sourceName = "KeyedWorkflows", Action<OpenTelemetryChatClient>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourceName);
        Services.TryAddSingleton(_ => new WorkflowTelemetry(sourceName));
        Services.AddSingleton(new EmbeddingGeneratorLayer((generator, context) => new TaggedEmbeddingGenerator(generator, sourceName, context).AsBuilder()
            .UseOpenTelemetry(LoggerFactoryOf(context), sourceName, static telemetry => telemetry.EnableSensitiveData = false).Build(context.Services)));
        return UseChatClient((client, context) => new TaggedChatClient(client, sourceName, context).AsBuilder()
            .UseOpenTelemetry(LoggerFactoryOf(context), sourceName, telemetry =>
            {
                telemetry.EnableSensitiveData = false;
                configure?.Invoke(telemetry);
            })
            .Build(context.Services));
    }

    /// <summary>
    /// Logs all model calls, embeddings too, to the host's loggers: that they begin, end or fail at Debug and Error, without a key or a provider's own words. At Trace, messages and answers are logged as well: what users wrote. A host
    /// without loggers has no such layer.
    /// </summary>
    /// <returns>This builder.</returns>
    public WorkflowsBuilder UseLogging()
    {
        Services.AddSingleton(new EmbeddingGeneratorLayer(static (generator, context) =>
            LoggerFactoryOf(context) is { } logs ? generator.AsBuilder().UseLogging(logs).Build(context.Services) : generator));
        return UseChatClient(static (client, context) => LoggerFactoryOf(context) is { } logs ? client.AsBuilder().UseLogging(logs).Build(context.Services) : client);
    }

    private static ILoggerFactory? LoggerFactoryOf(ChatClientLayerContext context) => context.Services.GetService<ILoggerFactory>();
}
