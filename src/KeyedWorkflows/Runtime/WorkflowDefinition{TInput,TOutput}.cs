using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>A workflow as the runtime knows it.</summary>
/// <typeparam name="TInput">What a run is given.</typeparam>
/// <typeparam name="TOutput">What a run yields.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WorkflowDefinition<TInput, TOutput> : WorkflowDefinition
{
    private protected WorkflowDefinition(WorkflowDescription description)
        : base(description)
    {
    }

    /// <inheritdoc/>
    public sealed override Type InputType => typeof(TInput);

    /// <inheritdoc/>
    public sealed override Type OutputType => typeof(TOutput);

    internal sealed override async Task<object?> RunAsync(WorkflowTransport transport, object input, RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        await transport.RunAsync(this, (TInput)input, credentials, options, cancellationToken).ConfigureAwait(false);

    internal sealed override Task<object?> StartAsync(WorkflowRun run, object input, in RunCredentials credentials) => Boxed(StartAsync(run, (TInput)input, credentials, null));

    internal sealed override Task<CredentialExplanation> ExplainAsync(WorkflowRun run, object input, RunCredentials credentials) => ExplainAsync(run, (TInput)input, credentials);

    private static async Task<object?> Boxed(Task<TOutput> output) => await output.ConfigureAwait(false);

    /// <summary>Binds and runs. Everything that goes wrong is in the task.</summary>
    /// <param name="run">The run.</param>
    /// <param name="input">The input.</param>
    /// <param name="credentials">What the call gives.</param>
    /// <param name="carried">The binding of a sub-workflow, which is not chosen again; null for a run of its own.</param>
    internal abstract Task<TOutput> StartAsync(WorkflowRun run, TInput input, in RunCredentials credentials, RunBinding? carried);

    /// <summary>Says which credentials a run would use. Creates the author's class only where it has a chooser; runs no step.</summary>
    internal abstract Task<CredentialExplanation> ExplainAsync(WorkflowRun run, TInput input, RunCredentials credentials);
}
