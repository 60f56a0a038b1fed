using System.Diagnostics;
using System.Text.Json;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Wire;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server;

/// <summary>
/// A run that goes on in this process. It hears the run's events, keeps them as frames for whoever follows, and reports them to the history. It belongs to no connection: those who read it come and go.
/// What a caller is told (that it began, that it ended) is on the disk before. Safe for use from several threads.
/// </summary>
internal sealed partial class LiveRun : IRunListener, IFrameSource
{
    private readonly RunPlan plan;
    private readonly CaptureLevel capture;
    private readonly IRunHistory history;
    private readonly KeyFingerprints? fingerprints;
    private readonly RefusedUses refused;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly IDisposable place;
    private readonly Lock gate = new();
    private readonly FrameLog log = new();
    private readonly RunFrames frames;
    private readonly TaskCompletionSource<WorkflowRunException?> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RunSummary> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunReports reports;
    private WorkflowRun? run;
    private Task? begun;
    private DateTimeOffset createdAt;
    private string? tenant;
    private int stepCount, callCount, exceptions;
    private int stopReason;
    private bool isOver, isTold;

    public LiveRun(RunPlan plan, CaptureLevel capture, IRunHistory history, KeyFingerprints? fingerprints, RefusedUses refused, TimeProvider time, ILogger logger, IDisposable place)
    {
        this.plan = plan;
        this.capture = capture;
        this.history = history;
        this.fingerprints = fingerprints;
        this.refused = refused;
        this.time = time;
        this.logger = logger;
        this.place = place;
        frames = new(plan.Workflow, plan.Id, plan.Options.EndUser ?? "");
        reports = new(plan.Id, capture != CaptureLevel.None, history, log, time, gate, error => LogUntold(RunId, error.GetType().Name));
    }

    public string RunId => plan.Id;

    public string TokenId => plan.Caller.Token.Id;

    public string? EndUser => plan.Options.EndUser;

    public WorkflowDefinition Workflow => plan.Workflow;

    /// <inheritdoc cref="RunPlan.Key"/>
    public KeyHold? Key => plan.Key;

    /// <summary>Ends when the run has its credentials and begins, or was refused: then with the refusal.</summary>
    public Task<WorkflowRunException?> Started => started.Task;

    /// <summary>Ends when the store has the run's beginning: only then is its id told.</summary>
    /// <exception cref="WorkflowRunException">The store cannot take it.</exception>
    public Task Recorded => begun ?? Task.CompletedTask;

    /// <summary>Ends with the run, when the store has its end.</summary>
    public Task<RunSummary> Ended => ended.Task;

    /// <summary>How it stands.</summary>
    public string Status => ended.Task is { IsCompletedSuccessfully: true, Result: var summary } ? summary.Status : RunStates.Running;

    /// <summary>How the run failed; null where it did not, or has not ended.</summary>
    public WorkflowRunException? Failure { get; private set; }

    bool IRunListener.WantsContent => capture != CaptureLevel.None;

    /// <summary>Runs.</summary>
    public async Task GoAsync(Func<IRunListener, WorkflowRun> create)
    {
        Exception? failure = null;
        try
        {
            // In this order, and seen so: of this and Stop at least one finds what the other left.
            Interlocked.Exchange(ref run, create(this));
            if (Volatile.Read(ref stopReason) != 0)
                run.Stop();
            await plan.Workflow.StartAsync(run, plan.Input, plan.Credentials).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The run has told of it, but for what went wrong around it.
            failure = error;
        }
        Leave(failure);
    }

    /// <summary>Whether the run was stopped because its token was revoked.</summary>
    public bool IsRevoked => (StopReason)Volatile.Read(ref stopReason) == StopReason.Token;

    /// <summary>Asks the run to stop. The first reason holds.</summary>
    public void Stop(StopReason reason)
    {
        Interlocked.CompareExchange(ref stopReason, (int)reason, 0);
        run?.Stop();
    }

    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(int from, CancellationToken cancellationToken) => log.ReadAsync(from, cancellationToken);

    public async ValueTask BeforeStartAsync(RunBinding binding, bool hasWaited, CancellationToken cancellationToken)
    {
        if (plan.Key is not { } key)
            return;
        await key.ConfirmAsync(hasWaited, cancellationToken).ConfigureAwait(false);

        // It may have been stopped meanwhile.
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Under an idempotency key nothing is paid before the store has the run's beginning: where this process died or stood still before that, another node would find no run, take the key for free, and pay too. Nor after it stood still
    /// for so long that another may have done so before the beginning was there to be found.
    /// </summary>
    public async ValueTask AfterStartAsync(CancellationToken cancellationToken)
    {
        if (plan.Key is not { } key)
            return;
        try
        {
            await (begun ?? throw StoreFaults.NotWritten()).ConfigureAwait(false);
        }
        catch (WorkflowRunException)
        {
            // It was stopped for that.
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        await key.ConfirmBegunAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void OnEvent(WorkflowEvent happened)
    {
        try
        {
            lock (gate)
            {
                if (!isOver)
                    Take(happened);
            }
        }
        catch (Exception error)
        {
            // A listener must not throw: the run would take it for its own failure.
            LogUntold(RunId, error.GetType().Name);
        }
    }

    public int OnModelCallStarting(in ModelCallStart call)
    {
        try
        {
            return history.NoteCall(CallRecords.NoteOf(call, plan));
        }
        catch (Exception error)
        {
            // As above: a call that cannot be noted is made, and booked when it has ended.
            LogUntold(RunId, error.GetType().Name);
            return ModelCallRecord.NoTicket;
        }
    }

    public void OnModelCall(ModelCallRecord call)
    {
        try
        {
            lock (gate)
            {
                var record = CallRecords.Of(call, callCount++, plan, capture);
                history.EndCall(record);
                if (isOver)
                {
                    // Its step kept it beyond the run's end. It was paid for all the same.
                    history.Report(new RunProgress { Id = RunId, Calls = [record] });
                    return;
                }
                reports.Add(record);
            }
        }
        catch (Exception error)
        {
            // As above.
            LogUntold(RunId, error.GetType().Name);
        }
    }

    private void Take(WorkflowEvent happened)
    {
        switch (happened)
        {
            case RunStartedEvent start:
                Begin(start);
                break;
            case StepStartedEvent start:
                log.Add(frames.StepStarted(start));
                reports.IfDue();
                break;
            case TextDeltaEvent text:
                log.Add(frames.Text(text));
                reports.IfDue();
                break;
            case StepFinishedEvent finished:
                var output = OutputOf(finished);
                log.Add(frames.StepFinished(finished, output));
                Add(finished, RunStates.Succeeded, finished.Attempt, output, null, null, finished.Usage, finished.Duration);
                break;
            case StepFailedEvent failed:
                if (failed.Optional)
                {
                    exceptions++;
                    refused.CountRun(plan.Caller.Token, plan.Address, failed.Code, tenant is null ? null : new RefusedPayer(null, null, tenant));
                }
                log.Add(frames.StepFailed(failed, frames.Since(failed)));
                Add(failed, RunStates.Failed, 0, null, failed.Code, failed.Message, default, frames.Since(failed));
                break;
            case StepSkippedEvent skipped:
                log.Add(frames.StepSkipped(skipped));
                Add(skipped, "skipped", 0, null, null, null, default, TimeSpan.Zero);
                break;
            case StepRetriedEvent retried:
                log.Add(frames.StepRetried(retried));
                reports.IfDue();
                break;
            case IterationFinishedEvent element:
                log.Add(frames.ElementFinished(element));
                reports.IfDue();
                break;
            case RunEndedEvent end:
                End(end);
                break;
        }
    }

    private void Begin(RunStartedEvent start)
    {
        createdAt = start.At;
        tenant = start.Binding.Tenant;
        reports.Begin();
        var inputs = WriteObject(plan.Input, plan.Workflow.InputType);
        var bindings = RunBindings.Write(start.Binding, TokenId, fingerprints);
        log.Add(frames.Started(start.At, inputs, bindings, start.Binding.Tenant));
        begun = RecordBeginAsync(new RunStart
        {
            Id = RunId,
            Workflow = plan.Workflow.Name,
            Version = plan.Workflow.Version,
            Fingerprint = plan.Workflow.Fingerprint,
            TokenId = TokenId,
            Tenant = start.Binding.Tenant ?? plan.Options.Tenant,
            EndUser = EndUser,
            CreatedAt = start.At,
            Capture = capture,
            Inputs = capture == CaptureLevel.None ? null : inputs,
            Bindings = bindings,
            Labels = plan.Options.Labels.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(plan.Options.Labels, LabelsJson.Default.IReadOnlyDictionaryStringString),
            TotalSteps = TotalSteps,
            CallbackUrl = plan.Callback?.AbsoluteUri,
            MayWait = !plan.IsTold && plan.Key is null,
        });
        _ = begun.ContinueWith(static begun => _ = begun.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        started.TrySetResult(null);
    }

    private async Task RecordBeginAsync(RunStart start)
    {
        try
        {
            await history.StartAsync(start).ConfigureAwait(false);
        }
        catch (WorkflowRunException)
        {
            // What it did until now was paid for, if it has no idempotency key. It is booked, with the run's end, as soon as the store answers.
            Stop(StopReason.Store);
            throw;
        }
    }

    /// <summary>Ends what the run did not tell the end of: it could not even be made, or its end could not be told.</summary>
    private void Leave(Exception? error)
    {
        lock (gate)
        {
            if (isTold)
                return;
            isOver = isTold = true;
            reports.End();
            if (error is not (WorkflowRunException or OperationCanceledException))
                LogUntold(RunId, error?.GetType().Name ?? "its end");
            log.Close();
        }
        place.Dispose();
        started.TrySetResult(error as WorkflowRunException ?? new WorkflowRunException(
            error is OperationCanceledException ? WorkflowErrorCodes.Stopped : WorkflowErrorCodes.HostMisconfigured, "The run could not be begun.", error));
        ended.TrySetCanceled();
    }

    private void End(RunEndedEvent end)
    {
        isOver = true;
        reports.End();
        var failed = end as RunFailedEvent;
        Failure = failed?.Error as WorkflowRunException;
        if (failed is not null)
        {
            var isRevoked = (failed.Status == RunStatus.Stopped && IsRevoked) || Failure is { IsOfCaller: true };
            refused.CountRun(plan.Caller.Token, plan.Address, isRevoked ? RefusedUses.TokenRevoked : failed.Code, Failure?.RefusedPayer ?? (tenant is null ? null : new RefusedPayer(null, null, tenant)));
        }
        if (!started.Task.IsCompleted)
        {
            // Refused: there never was a run.
            isTold = true;
            log.Close();
            place.Dispose();
            started.TrySetResult(Failure ?? new WorkflowRunException(WorkflowErrorCodes.Stopped, "The run was stopped before it began."));
            ended.TrySetCanceled();
            return;
        }
        var (status, code, message) = failed is null ? (RunStates.Of(end.Status), null, null) : FailureOf(failed);
        if (status == RunStates.Failed)
            LogFailure(code!);
        var outputs = failed is null ? WriteObject(end.Result, plan.Workflow.OutputType) : null;
        var summary = new RunSummary
        {
            Id = RunId,
            Workflow = plan.Workflow.Name,
            Status = status,
            Outputs = outputs,
            ErrorCode = code,
            Error = message,
            RetryAfter = Failure?.RetryAfter,
            Duration = end.Duration,
            Usage = end.Usage,
            TotalSteps = TotalSteps,
            Exceptions = exceptions,
            CreatedAt = createdAt,
            FinishedAt = end.At,
        };
        var last = frames.Ended(summary, Failure);
        var told = log.From(reports.Frames);
        var record = new RunEnd
        {
            Id = RunId,
            Status = status,
            Outputs = capture == CaptureLevel.None ? null : outputs,
            ErrorCode = code,
            Error = message,
            FinishedAt = end.At,
            Duration = end.Duration,
            Usage = end.Usage,
            Exceptions = exceptions,
            Steps = reports.Steps,
            Calls = reports.Calls,
            Frames = capture == CaptureLevel.None ? [] : [.. told, last],
            FirstFrame = reports.Frames,
            CallbackBody = plan.Callback is null ? null : CallbackBody(summary),
        };
        isTold = true;
        _ = FinishAsync(record, summary, last);
    }

    /// <summary>Tells of the end when it is on the disk. Where the store does not say so in time, it is told all the same: the output is there, and was paid for; the store goes on trying.</summary>
    private async Task FinishAsync(RunEnd record, RunSummary summary, byte[] last)
    {
        try
        {
            await history.EndAsync(record).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            LogUnrecorded(RunId, error.GetType().Name);
        }

        // Who hears of the end may begin the next at once.
        place.Dispose();
        log.Add(last);
        log.Close();
        ended.TrySetResult(summary);
    }

    /// <summary>What the operator needs to find the cause: not the texts of others' exceptions, which may hold what was sent.</summary>
    private void LogFailure(string code)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
            return;
        var cause = Failure?.InnerException;
        var where = Failure?.Step is { } step ? $" in step {step}" : "";
        var payer = Failure?.Slot is { } slot ? $", slot {slot}, paid by {Failure.Profile ?? "a key given for the run"}" : "";
        var thrown = cause is null ? "" : $": {cause.GetType().FullName}\n{new StackTrace(cause, fNeedFileInfo: false)}";
        LogFailed(RunId, plan.Workflow.Name, code, where, payer, thrown);
    }

    private (string Status, string Code, string Message) FailureOf(RunFailedEvent failed)
    {
        if (failed.Status != RunStatus.Stopped)
            return (RunStates.Failed, failed.Code, Failure?.Message ?? "The run failed.");
        return (StopReason)Volatile.Read(ref stopReason) switch
        {
            StopReason.Host => (RunStates.Failed, WorkflowErrorCodes.HostStopped, "The host stopped before the run had ended."),
            StopReason.Token => (RunStates.Stopped, WorkflowErrorCodes.Stopped, "The run was stopped: its token was revoked."),
            StopReason.Store when plan.Key is not null => (
                RunStates.Stopped, WorkflowErrorCodes.StoreUnavailable, "The run was stopped before it did anything: the host's store could not record it in time. Send the request again under the same Idempotency-Key; only where it is answered with this run, send it under another."),
            StopReason.Store => (RunStates.Stopped, WorkflowErrorCodes.StoreUnavailable, "The run was stopped: the host's store could not record it."),
            _ when plan.Key is { IsLost: true } => (RunStates.Stopped, WorkflowErrorCodes.Stopped, "The run was stopped before it did anything: its Idempotency-Key is not its own any more. Send the request again under the same Idempotency-Key: it is answered with the run that has it, or begins one."),
            _ => (RunStates.Stopped, WorkflowErrorCodes.Stopped, "The run was stopped."),
        };
    }

    private void Add(StepEvent happened, string status, int attempt, byte[]? output, string? code, string? message, RunUsage usage, TimeSpan duration)
    {
        reports.Add(new RunStep
        {
            Number = stepCount++,
            Step = happened.Step,
            Element = happened.Element,
            Attempt = attempt,
            Status = status,
            Output = capture == CaptureLevel.None ? null : output,
            ErrorCode = code,
            Error = message,
            Usage = usage,
            StartedAt = frames.StartOf(happened),
            Duration = duration,
        });
    }

    private byte[]? OutputOf(StepFinishedEvent finished)
    {
        if (finished.Output is null)
            return null;
        var type = frames.Find(finished.Step) is { IsForEach: false, OutputType: { } declared } && declared.IsInstanceOfType(finished.Output) ? declared : finished.Output.GetType();
        return WriteObject(finished.Output, type);
    }

    /// <summary>A value as it stands in answers; null where its type cannot be written.</summary>
    private byte[]? WriteObject(object? value, Type type)
    {
        if (value is null)
            return null;
        try
        {
            using var text = new PooledText();
            using (var writer = new Utf8JsonWriter(text, JsonAnswer.Writing))
                WireJson.WriteObject(writer, value, InputReader.TypeOf(plan.Workflow, type));
            return text.Written.ToArray();
        }
        catch (Exception error)
        {
            LogUnwritable(RunId, type.Name, error.GetType().Name);
            return null;
        }
    }

    private static byte[] CallbackBody(RunSummary summary)
    {
        using var text = new PooledText();
        using (var writer = new Utf8JsonWriter(text, JsonAnswer.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("event"u8, "workflow_finished"u8);
            writer.WriteString("task_id"u8, summary.Id);
            writer.WriteString("workflow_run_id"u8, summary.Id);
            writer.WriteStartObject("data"u8);
            summary.WriteFields(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return text.Written.ToArray();
    }

    private int TotalSteps => plan.Workflow.Steps.Count(static step => step.Kind != StepKind.Condition);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Run {RunId}: an event could not be told ({Error}).")]
    private partial void LogUntold(string runId, string error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Run {RunId}: its end is not recorded yet ({Error}). The store goes on trying.")]
    private partial void LogUnrecorded(string runId, string error);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, SkipEnabledCheck = true, Message = "Run {RunId} of {Workflow} failed with {Code}{Step}{Payer}{Exception}")]
    private partial void LogFailed(string runId, string workflow, string code, string step, string payer, string exception);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Run {RunId}: a value of type {Type} cannot be written as JSON ({Error}). Its answer and record lack it.")]
    private partial void LogUnwritable(string runId, string type, string error);
}
