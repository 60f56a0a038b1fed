using System.Runtime.CompilerServices;
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
        StreamAsync(workflow, input, Boxed(credentials), options, cancellationToken);

    public override Task<RunHandle<TOutput>> StartAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        StartAsync(workflow, input, Boxed(credentials), options, cancellationToken);

    public override Task<CredentialExplanation> ExplainAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        workflow.ExplainAsync(new(host, workflow, options, common, cancellationToken), input, credentials);

    private static StrongBox<RunCredentials> Boxed(in RunCredentials credentials) => new(credentials);

    private async IAsyncEnumerable<WorkflowEvent> StreamAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, StrongBox<RunCredentials> credentials, RunOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = new RunEventQueue();
        var run = new WorkflowRun(host, workflow, options, new() { Caller = caller, Listener = events, IsStoppable = true }, cancellationToken);
        var output = Go(workflow, run, input, credentials);
        try
        {
            // The caller's token is not for the reading: it ends the run, and the run's last event ends the reading.
            await foreach (var happened in events.ReadAsync(CancellationToken.None).ConfigureAwait(false))
                yield return happened;
            await output.ConfigureAwait(false);
        }
        finally
        {
            run.Stop();
            await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<RunHandle<TOutput>> StartAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, StrongBox<RunCredentials> credentials, RunOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var events = new RunEventQueue();
        var run = new WorkflowRun(host, workflow, options, new() { Caller = caller, Listener = events, IsStoppable = true }, CancellationToken.None);
        var output = Go(workflow, run, input, credentials);
        using (cancellationToken.UnsafeRegister(static run => ((WorkflowRun)run!).Stop(), run))
            await Task.WhenAny(events.Started, output).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            run.Stop();
            await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new OperationCanceledException(cancellationToken);
        }
        if (!events.Started.IsCompleted)
            await output.ConfigureAwait(false);

        // A failure is in the events and in the output; nobody has to take it from there.
        _ = output.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return new InProcessRunHandle<TOutput>(run, events, output);
    }

    // Not on the caller's thread: a run starts its steps on the current thread up to their first await, and the caller wants the events meanwhile.
    private static Task<TOutput> Go<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, WorkflowRun run, TInput input, StrongBox<RunCredentials> credentials) =>
        Task.Run(() => workflow.StartAsync(run, input, credentials.Value, null));
}
