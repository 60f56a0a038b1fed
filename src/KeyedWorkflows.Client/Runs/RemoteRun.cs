using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Client;

/// <summary>
/// A run on the server: begins it, follows it over as many connections as it takes, and ends it where its caller wants that. It tells what a run in process tells. Safe for use from several threads.
/// </summary>
[SuppressMessage("Reliability", "CA1001:Types that own disposable fields should be disposable", Justification = "Who stops a run may come after its end, and neither source holds a handle.")]
internal sealed partial class RemoteRun<TOutput>(ApiCalls calls, WorkflowDefinition workflow, IRunListener? listener, CancellationToken callerToken) : IRunInProgress
{
    /// <summary>How long a caller that wants the end waits for the server to say that it came.</summary>
    private static readonly TimeSpan PatienceForStop = TimeSpan.FromSeconds(10);

    /// <summary>A connection over which the server still says something after this time stands. One that breaks at once, over and over, is a fault that does not pass.</summary>
    private static readonly TimeSpan TimeToStand = TimeSpan.FromSeconds(5);

    /// <summary>Whoever waits before another try learns by it that the run is to stop.</summary>
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Ends all that is under way.</summary>
    private readonly CancellationTokenSource ending = new(Timeout.InfiniteTimeSpan, calls.Time);

    private readonly Lock gate = new();
    private readonly long begun = calls.Time.GetTimestamp();
    private RunRequest? request;
    private string? runId;
    private string? lastEventId;
    private long connected;

    /// <summary>Whether the connection brought the run on, or stood: then its end is a new fault. That the server took the run is the first word of it.</summary>
    private bool isOfUse = true;

    private bool hasStarted, isStopAsked;
    private RunUsage usage;
    private RunFrame? end;
    private RunBinding? binding;

    public string RunId => runId ?? "";

    /// <summary>What the run was bound to. There when it was told to have started.</summary>
    public RunBinding Binding => binding ?? RunBinding.Empty;

    public RunUsage Usage
    {
        get
        {
            lock (gate)
                return usage;
        }
    }

    public bool IsPartial => end is { } last && FrameEvents.StatusOf(last) == RunStatus.PartialSucceeded;

    /// <summary>Begins the run and follows it to its end. Everything that goes wrong is in the task.</summary>
    /// <param name="prepare">Makes the request.</param>
    public async Task<TOutput> GoAsync(Func<CancellationToken, Task<RunRequest>> prepare)
    {
        using var cancelled = callerToken.UnsafeRegister(static run => ((RemoteRun<TOutput>)run!).StopSoon(), this);
        try
        {
            callerToken.ThrowIfCancellationRequested();
            request = await prepare(stopping.Token).ConfigureAwait(false);
            stopping.Token.ThrowIfCancellationRequested();
            await FollowAsync().ConfigureAwait(false);
            return Finish(end!.Value);
        }
        catch (Exception error)
        {
            throw Fail(error);
        }
    }

    /// <summary>Asks the server to stop the run. Its end comes as every end does.</summary>
    public void Stop()
    {
        lock (gate)
        {
            if (isStopAsked || end is not null)
                return;
            isStopAsked = true;
        }
        stopping.Cancel();
        SendStopIfDue();
    }

    /// <summary>Asks the server to stop the run, and does not wait long for its end.</summary>
    public void StopSoon()
    {
        Stop();
        ending.CancelAfter(PatienceForStop);
    }

    private async Task FollowAsync()
    {
        var answer = await BeginAsync().ConfigureAwait(false);
        if (answer.Headers.TryGetValues("X-Workflow-Run-Id", out var ids))
            Know(ids.First());
        var broke = 0L;
        for (var retry = 0; ; retry++)
        {
            Exception? broken;
            using (answer)
            {
                if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
                    throw new WorkflowRunException(WorkflowErrorCodes.ServerFailed, "What answered is no server of workflows: its answer is no stream of events.") { Workflow = workflow.Name };
                connected = calls.Time.GetTimestamp();
                broken = await FrameStream.ReadAsync(answer, Pulse, Take, calls.Time, ending.Token).ConfigureAwait(false);
            }
            if (broken is null)
                return;
            if (isOfUse)
                (retry, broke, isOfUse) = (0, calls.Time.GetTimestamp(), false);
            var delay = Backoff.Before(retry);
            if (runId is null || calls.Time.GetElapsedTime(broke) + delay > calls.RetryFor)
                throw GivenUp(broken);
            var why = ConnectionFaults.NameOf(broken);
            LogTakenUp(calls.Logger, runId, why, lastEventId);
            await Task.Delay(delay, calls.Time, ending.Token).ConfigureAwait(false);
            answer = await TakeUpAsync(runId).ConfigureAwait(false);
        }
    }

    /// <summary>Begins the run. Where its caller goes while an answer is lost, the server may have begun it all the same: then it is asked once more, for the run's id, by which the run is stopped.</summary>
    private async Task<HttpResponseMessage> BeginAsync()
    {
        var mayHaveBegun = false;
        try
        {
            return await calls.SendAsync("begin a run", workflow.Name, SendAsync, stopping.Token, ending.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (mayHaveBegun && stopping.IsCancellationRequested && error is OperationCanceledException or WorkflowRunException)
        {
            // Asked below.
        }
        try
        {
            return await calls.SendAsync("ask for a run that is to stop", workflow.Name, SendAsync, ending.Token, ending.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or WorkflowRunException)
        {
            var why = (error as WorkflowRunException)?.Code ?? "no answer";
            LogLost(calls.Logger, workflow.Name, why);
            throw new OperationCanceledException(stopping.Token);
        }

        // Under the same key each time: the server answers with the run that it began.
        async Task<HttpResponseMessage> SendAsync(IWorkflowApi api, CancellationToken end)
        {
            try
            {
                var answer = await api.RunAsync(workflow.Name, JsonBody.Of(request!.Body), request.IdempotencyKey, end).ConfigureAwait(false);
                mayHaveBegun |= answer.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
                return answer;
            }
            catch (Exception error) when (ConnectionFaults.MayHaveArrived(error))
            {
                mayHaveBegun = true;
                throw;
            }
        }
    }

    private async Task<HttpResponseMessage> TakeUpAsync(string id)
    {
        try
        {
            return await calls.SendAsync("follow a run", workflow.Name, (api, end) => api.EventsAsync(id, request!.User, lastEventId, end), ending.Token, ending.Token).ConfigureAwait(false);
        }
        catch (WorkflowRunException fault) when (fault.Code == WorkflowErrorCodes.WorkflowNotFound)
        {
            throw new WorkflowRunException(WorkflowErrorCodes.ServerFailed, "The server does not know the run any more, or does not show it to this token.") { Workflow = workflow.Name, RunId = id };
        }
    }

    private WorkflowRunException GivenUp(Exception broken) => broken is JsonException
        ? new(WorkflowErrorCodes.ServerFailed, $"The events of a run of workflow '{workflow.Name}' cannot be read: what comes is no event of a server of workflows. Look for a proxy that changes streams, and for a server of another version. The run may go on there.") { Workflow = workflow.Name, RunId = runId }
        : calls.Unreachable("follow a run", workflow.Name, broken);

    private void Pulse() => isOfUse |= calls.Time.GetElapsedTime(connected) >= TimeToStand;

    private bool Take(RunFrame frame, string? id)
    {
        isOfUse = true;
        if (runId is null)
            Know(frame.RunId);
        lastEventId = id ?? lastEventId;
        if (frame.Name == RunFrame.Ended)
        {
            lock (gate)
            {
                end = frame;
                usage = frame.Data.Usage();
            }
            return true;
        }
        if (listener is null || FrameEvents.Of(workflow, frame, frame.At ?? calls.Time.GetUtcNow()) is not { } happened)
            return false;
        Tell(happened);
        return false;
    }

    private void Tell(WorkflowEvent happened)
    {
        switch (happened)
        {
            case RunStartedEvent start:
                binding = start.Binding;
                hasStarted = true;
                break;
            case StepFinishedEvent { Usage: var used } finished when workflow.Steps.Any(step => step.Name == finished.Step):
                lock (gate)
                    usage += used;
                break;
        }
        listener?.OnEvent(happened);
    }

    private void Know(string id)
    {
        lock (gate)
            runId = id;
        SendStopIfDue();
    }

    private void SendStopIfDue()
    {
        lock (gate)
        {
            if (!isStopAsked || runId is null || request is null || end is not null)
                return;
        }
        _ = SendStopAsync(runId, request.User);
    }

    private async Task SendStopAsync(string id, string user)
    {
        try
        {
            var body = JsonBody.OfUser(user);
            using var answer = await calls.SendAsync("stop a run", workflow.Name, (api, end) => api.StopAsync(id, JsonBody.Of(body), end), ending.Token, ending.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WorkflowRunException or OperationCanceledException)
        {
            var why = (error as WorkflowRunException)?.Code ?? "no answer";
            LogNotStopped(calls.Logger, id, why);
        }
    }

    private TOutput Finish(RunFrame last)
    {
        var status = FrameEvents.StatusOf(last);
        if (status is not (RunStatus.Succeeded or RunStatus.PartialSucceeded))
            throw FrameEvents.FailureOf(workflow, last);
        var output = StepOutputs.OfRun<TOutput>(workflow, last);
        if (listener is not null)
        {
            Tell(new RunFinishedEvent<TOutput>
            {
                RunId = RunId,
                At = last.At ?? calls.Time.GetUtcNow(),
                Status = status,
                Usage = Usage,
                Duration = last.Data.Seconds("elapsed_time") ?? default,
                Output = output,
            });
        }
        return output;
    }

    /// <summary>What the run throws, told before it is thrown.</summary>
    private Exception Fail(Exception error)
    {
        var mapped = Map(error);
        if (listener is not null)
        {
            Tell(new RunFailedEvent
            {
                RunId = RunId,
                At = end?.At ?? calls.Time.GetUtcNow(),
                Status = WorkflowRun.StatusOf(mapped),
                Usage = Usage,
                Duration = end?.Data.Seconds("elapsed_time") ?? calls.Time.GetElapsedTime(begun),
                Error = mapped,
            });
        }
        return mapped;
    }

    private Exception Map(Exception error)
    {
        var isStopped = error is OperationCanceledException or WorkflowRunException { Code: WorkflowErrorCodes.Stopped };
        if (isStopped && callerToken.IsCancellationRequested)
            return new OperationCanceledException($"The run of workflow '{workflow.Name}' was cancelled by its caller.", callerToken);
        return error switch
        {
            OperationCanceledException => new WorkflowRunException(WorkflowErrorCodes.Stopped, "The run was stopped.") { Workflow = workflow.Name, RunId = runId },
            WorkflowRunException { RunId: null } failure when hasStarted => new WorkflowRunException(failure.Code, failure.Message) { Workflow = workflow.Name, RunId = runId, RetryAfter = failure.RetryAfter },
            WorkflowRunException failure => failure,
            _ => new WorkflowRunException(WorkflowErrorCodes.ServerFailed, $"The run of workflow '{workflow.Name}' could not be followed ({error.GetType().Name}).") { Workflow = workflow.Name, RunId = runId },
        };
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Run {RunId}: the connection broke ({Why}); its events are taken up after {LastEventId}.")]
    private static partial void LogTakenUp(ILogger logger, string runId, string why, string? lastEventId);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Run {RunId}: the server did not confirm that it stops ({Why}). It may go on, and cost.")]
    private static partial void LogNotStopped(ILogger logger, string runId, string why);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "A run of workflow {Workflow} was cancelled before the server's answer to its begin came, and the server could not be asked again ({Why}). It may go on, and cost.")]
    private static partial void LogLost(ILogger logger, string workflow, string why);
}
