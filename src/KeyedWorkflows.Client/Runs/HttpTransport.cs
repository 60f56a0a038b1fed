using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Client;

/// <summary>
/// Runs workflows on a server. Every run is streamed, whichever way it is asked for: its id is known at once, so that it can be stopped, and taken up where the connection breaks.
/// </summary>
internal sealed class HttpTransport(ApiCalls calls, WorkflowClientOptions client) : WorkflowTransport
{
    public override Task<TOutput> RunAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        new RemoteRun<TOutput>(calls, workflow, null, cancellationToken).GoAsync(Preparing(workflow, input, credentials, options));

    public override IAsyncEnumerable<WorkflowEvent> StreamAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        RunsInProgress.StreamAsync(Beginning(workflow, input, credentials, options), cancellationToken);

    public override Task<RunHandle<TOutput>> StartAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        RunsInProgress.StartAsync(Beginning(workflow, input, credentials, options), cancellationToken);

    public override Task<CredentialExplanation> ExplainAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken)
    {
        if (CallFaults.Of(workflow, input, credentials, options) is { } fault)
            return Task.FromResult(Explanations.Refused(workflow, fault));

        // Files choose no payer, and are not sent for a question.
        return ExplainAsync(workflow, RequestWriter.Write(workflow, input, credentials, options, client, static _ => "explain"), cancellationToken);
    }

    private Func<RunEventQueue, CancellationToken, (IRunInProgress Run, Task<TOutput> Output)> Beginning<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, RunCredentials credentials, RunOptions? options) => (events, cancellationToken) =>
    {
        var run = new RemoteRun<TOutput>(calls, workflow, events, cancellationToken);
        return (run, Task.Run(() => run.GoAsync(Preparing(workflow, input, credentials, options)), CancellationToken.None));
    };

    private async Task<CredentialExplanation> ExplainAsync(WorkflowDefinition workflow, RunRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await calls.SendAsync(
                "ask which credential a run would use", workflow.Name, (api, end) => api.ExplainAsync(workflow.Name, JsonBody.Of(request.Body), end), cancellationToken, cancellationToken).ConfigureAwait(false);
            return Explanations.Read(workflow, await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (ConnectionFaults.IsOne(error))
        {
            throw calls.Unreachable("ask which credential a run would use", workflow.Name, error);
        }
    }

    /// <summary>Makes the request when the run begins: what is wrong with it is the run's failure, as it is in process.</summary>
    private Func<CancellationToken, Task<RunRequest>> Preparing<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, RunCredentials credentials, RunOptions? options) => async stop =>
    {
        if (CallFaults.Of(workflow, input, credentials, options) is { } fault)
            throw fault;
        var files = RequestWriter.FilesOf(workflow, input);
        var ids = await FileUploads.SendAsync(calls, workflow, files, RequestWriter.UserOf(options, client), stop).ConfigureAwait(false);
        return RequestWriter.Write(workflow, input, credentials, options, client, file => ids[file]);
    };
}
