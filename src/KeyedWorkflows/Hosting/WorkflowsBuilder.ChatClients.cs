using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
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
    /// Traces and measures all model calls by the conventions of OpenTelemetry for generative AI. Prompts and answers are not recorded unless <paramref name="configure"/> says so: the environment variable that
    /// changes this elsewhere does not change it here.
    /// </summary>
    /// <param name="sourceName">The name of the activity source and meter. Null: that of Microsoft.Extensions.AI.</param>
    /// <param name="configure">Sets the layer up.</param>
    /// <returns>This builder.</returns>
    public WorkflowsBuilder UseOpenTelemetry(string? sourceName = null, Action<OpenTelemetryChatClient>? configure = null) => UseChatClient((client, context) => client.AsBuilder()
        .UseOpenTelemetry(context.Services.GetService<ILoggerFactory>(), sourceName, telemetry =>
        {
            telemetry.EnableSensitiveData = false;
            configure?.Invoke(telemetry);
        })
        .Build(context.Services));
}
