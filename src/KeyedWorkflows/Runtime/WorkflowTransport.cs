using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>How the generated clients reach a workflow: in this process, or elsewhere. Safe for use from several threads.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WorkflowTransport
{
    /// <summary>Runs a workflow.</summary>
    /// <typeparam name="TInput">What the run is given.</typeparam>
    /// <typeparam name="TOutput">What it yields.</typeparam>
    /// <param name="workflow">The workflow.</param>
    /// <param name="input">The input.</param>
    /// <param name="credentials">What the call gives.</param>
    /// <param name="options">What the call sets besides.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The output.</returns>
    /// <exception cref="WorkflowRunException">The run was refused or failed.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled: it carries the caller's token.</exception>
    public abstract Task<TOutput> RunAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a workflow and yields its events. The last is a <see cref="RunFinishedEvent{TOutput}"/>; a run that fails yields a <see cref="RunFailedEvent"/> and then throws what <c>RunAsync</c> would have thrown, so that
    /// a loop over the events cannot overlook it. The run starts when the enumeration does. Leaving the enumeration stops the run, and waits until its steps have ended.
    /// </summary>
    /// <typeparam name="TInput">What the run is given.</typeparam>
    /// <typeparam name="TOutput">What it yields.</typeparam>
    /// <param name="workflow">The workflow.</param>
    /// <param name="input">The input.</param>
    /// <param name="credentials">What the call gives.</param>
    /// <param name="options">What the call sets besides.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The events.</returns>
    public abstract IAsyncEnumerable<WorkflowEvent> StreamAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken);

    /// <summary>Starts a workflow, and returns when its credentials are bound. The run goes on by itself.</summary>
    /// <typeparam name="TInput">What the run is given.</typeparam>
    /// <typeparam name="TOutput">What it yields.</typeparam>
    /// <param name="workflow">The workflow.</param>
    /// <param name="input">The input.</param>
    /// <param name="credentials">What the call gives.</param>
    /// <param name="options">What the call sets besides.</param>
    /// <param name="cancellationToken">Ends the start. Once the run has started, it is stopped by its handle.</param>
    /// <returns>The run.</returns>
    /// <exception cref="WorkflowRunException">The run was refused.</exception>
    public abstract Task<RunHandle<TOutput>> StartAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken);

    /// <summary>Says which credentials a run would use, and why. Calls no model and runs no step; a workflow's chooser is asked.</summary>
    /// <typeparam name="TInput">What the run would be given.</typeparam>
    /// <typeparam name="TOutput">What it would yield.</typeparam>
    /// <param name="workflow">The workflow.</param>
    /// <param name="input">The input.</param>
    /// <param name="credentials">What the call gives.</param>
    /// <param name="options">What the call sets besides.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer. A run that would be refused is an answer, not an exception.</returns>
    public abstract Task<CredentialExplanation> ExplainAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken);
}
