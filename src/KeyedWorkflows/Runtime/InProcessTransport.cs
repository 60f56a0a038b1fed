using KeyedWorkflows.Hosting;

namespace KeyedWorkflows.Runtime;

/// <summary>Runs workflows in this process, as a given caller: the host itself, unless said otherwise.</summary>
internal sealed class InProcessTransport(WorkflowHost host, RunCaller? caller = null) : WorkflowTransport
{
    // Null for the host itself, so that the common run carries no setup.
    private readonly RunSetup? common = caller is null ? null : new() { Caller = caller };

    public override Task<TOutput> RunAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        workflow.StartAsync(new(host, workflow, options, common, cancellationToken), input, credentials, null);

    /// <summary>Runs a workflow from what a checkpoint holds, and keeps its results there.</summary>
    internal Task<TOutput> RunAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, IRunCheckpoint? checkpoint, IRunListener? listener, CancellationToken cancellationToken) =>
        workflow.StartAsync(new(host, workflow, options, new() { Caller = caller, Checkpoint = checkpoint, Listener = listener }, cancellationToken), input, credentials, null);

    public override IAsyncEnumerable<WorkflowEvent> StreamAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        RunsInProgress.StreamAsync(Beginning(workflow, input, credentials, options), cancellationToken);

    public override Task<RunHandle<TOutput>> StartAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        RunsInProgress.StartAsync(Beginning(workflow, input, credentials, options), cancellationToken);

    public override Task<CredentialExplanation> ExplainAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        workflow.ExplainAsync(new(host, workflow, options, common, cancellationToken), input, credentials);

    private Func<RunEventQueue, CancellationToken, (IRunInProgress Run, Task<TOutput> Output)> Beginning<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, RunCredentials credentials, RunOptions? options) => (events, cancellationToken) =>
    {
        var run = new WorkflowRun(host, workflow, options, new() { Caller = caller, Listener = events, IsStoppable = true }, cancellationToken);

        // Not on the caller's thread: a run starts its steps on the current thread up to their first await, and the caller wants the events meanwhile.
        return (run, Task.Run(() => workflow.StartAsync(run, input, credentials, null)));
    };
}
