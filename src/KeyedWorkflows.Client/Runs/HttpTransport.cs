using System.Runtime.CompilerServices;
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
        StreamAsync<TOutput>(workflow, Preparing(workflow, input, credentials, options), cancellationToken);

    public override Task<RunHandle<TOutput>> StartAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken) =>
        StartAsync<TOutput>(workflow, Preparing(workflow, input, credentials, options), cancellationToken);

    public override Task<CredentialExplanation> ExplainAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken)
    {
        if (CallFaults.Of(workflow, input, credentials, options) is { } fault)
            return Task.FromResult(Explanations.Refused(workflow, fault));

        // Files choose no payer, and are not sent for a question.
        return ExplainAsync(workflow, RequestWriter.Write(workflow, input, credentials, options, client, static _ => "explain"), cancellationToken);
    }

    private async IAsyncEnumerable<WorkflowEvent> StreamAsync<TOutput>(WorkflowDefinition workflow, Func<CancellationToken, Task<RunRequest>> prepare, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = new RunEventQueue();
        var run = new RemoteRun<TOutput>(calls, workflow, events, cancellationToken);
        var output = Task.Run(() => run.GoAsync(prepare), CancellationToken.None);
        try
        {
            // The caller's token is not for the reading: it ends the run, and the run's last event ends the reading.
            await foreach (var happened in events.ReadAsync(CancellationToken.None).ConfigureAwait(false))
                yield return happened;
            await output.ConfigureAwait(false);
        }
        finally
        {
            run.StopSoon();
            await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<RunHandle<TOutput>> StartAsync<TOutput>(WorkflowDefinition workflow, Func<CancellationToken, Task<RunRequest>> prepare, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var events = new RunEventQueue();
        var run = new RemoteRun<TOutput>(calls, workflow, events, CancellationToken.None);
        var output = Task.Run(() => run.GoAsync(prepare), CancellationToken.None);
        using (cancellationToken.UnsafeRegister(static run => ((RemoteRun<TOutput>)run!).StopSoon(), run))
            await Task.WhenAny(events.Started, output).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            run.StopSoon();
            await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new OperationCanceledException(cancellationToken);
        }
        if (!events.Started.IsCompleted)
            await output.ConfigureAwait(false);

        // A failure is in the events and in the output; nobody has to take it from there.
        _ = output.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return new RemoteRunHandle<TOutput>(run, events, output);
    }

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
