using System.Text.Json;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>POST /workflows/run</c> and <c>POST /workflows/{workflow_id}/run</c>: begins a run, and answers with its end, its events or its id.</summary>
internal sealed class RunEndpoint(
    ServedWorkflows workflows, TokenLimits limits, RunHub hub, StoredRuns stored, IncomingFiles files, IIdempotencyKeys? keys, WorkflowServerOptions options, TimeProvider time)
{
    private const string IdempotencyHeader = "Idempotency-Key";
    private const string ReplayedHeader = "Idempotent-Replayed";
    internal const string RunIdHeader = "X-Workflow-Run-Id";
    private const int MaxIdempotencyKey = 255;

    private static readonly TimeSpan FirstPauseBetweenClaims = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestPauseBetweenClaims = TimeSpan.FromSeconds(1);

    public async Task AnswerAsync(HttpContext http, ApiCaller caller)
    {
        if (hub.IsStopping)
            throw ApiError.Stopping.ToException();
        limits.CountRequest(caller.Token);
        var workflow = http.Request.RouteValues["workflow_id"] is string id ? workflows.Named(caller.Token, id) : workflows.Only(caller.Token);
        var request = RunRequestReader.Read(await RequestBody.ReadAsync(http, options.MaxBodyBytes).ConfigureAwait(false));
        var input = InputReader.Read(workflow, request);
        var plan = new RunPlan
        {
            Id = RunIds.Next(),
            Workflow = workflow,
            Caller = caller,
            Input = input.Value,
            Credentials = RequestCredentials.Of(request, workflow),
            Options = request.Options,
            Callback = request.Callback,
            IsTold = request.Mode != ResponseMode.Blocking,
            Address = http.Connection.RemoteIpAddress,
        };
        if (ScopeOf(http, caller, workflow, request) is { } scope)
        {
            await AnswerOnceAsync(http, caller, scope, request, plan, input).ConfigureAwait(false);
            return;
        }
        await TellAsync(http, request, await BeginAsync(plan, request, input, null, http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Under an idempotency key: the first request begins a run, all others are answered with it. A key whose run was not begun is free again.</summary>
    private async Task AnswerOnceAsync(HttpContext http, ApiCaller caller, IdempotencyScope scope, RunRequest request, RunPlan plan, RequestInput input)
    {
        // A run that lost its key while it waited has not begun. Who asked for it is answered with the one that has the key.
        while (!await TryAnswerOnceAsync(http, caller, scope, request, plan, input).ConfigureAwait(false))
            plan = plan with { Id = RunIds.Next() };
    }

    /// <returns>False where another took the key for free before the run had begun.</returns>
    private async Task<bool> TryAnswerOnceAsync(HttpContext http, ApiCaller caller, IdempotencyScope scope, RunRequest request, RunPlan plan, RequestInput input)
    {
        var gone = http.RequestAborted;
        var pause = FirstPauseBetweenClaims;
        var hold = new KeyHold(keys!, scope, plan.Id, time);
        using var announcement = hub.Announce(caller.Token.Id, plan.Id);
        while (true)
        {
            var claim = await hold.ClaimAsync(request.Body, MaxWaitOf(plan), gone).ConfigureAwait(false);
            if (!claim.IsSameRequest)
                throw new ApiError(422, "idempotency_key_reused", $"The {IdempotencyHeader} was used for another request. Give each request a key of its own.").ToException();
            if (claim.IsNew)
                break;
            if (await hub.FindStartingAsync(caller.Token.Id, claim.RunId, gone).ConfigureAwait(false) is { } live)
            {
                var refusal = await live.Started.WaitAsync(gone).ConfigureAwait(false);
                if (refusal is null || live.Key is not { IsLost: true })
                {
                    http.Response.Headers[ReplayedHeader] = "true";
                    if (refusal is not null)
                        throw Refused(live, refusal).ToException();

                    // The run is the first caller's: who asks again does not end it by going away.
                    await TellAllAsync(http, request, live).ConfigureAwait(false);
                    return true;
                }
            }
            else if (await stored.TryFollowAsync(caller.Token.Id, claim.RunId, request.User, gone).ConfigureAwait(false) is { } source)
            {
                http.Response.Headers[ReplayedHeader] = "true";
                await TellAsync(http, request, source).ConfigureAwait(false);
                return true;
            }
            else
            {
                // The first is being prepared on another node, or waits there for its turn, and that node holds its key meanwhile, unless it is gone.
                await hold.ReleaseAbandonedAsync(claim.RunId, gone).ConfigureAwait(false);
            }
            await Task.Delay(pause, gone).ConfigureAwait(false);
            pause = pause * 2 < LongestPauseBetweenClaims ? pause * 2 : LongestPauseBetweenClaims;
        }
        LiveRun begun;
        try
        {
            begun = await BeginAsync(plan with { Key = hold }, request, input, announcement, gone).ConfigureAwait(false);
        }
        catch (ApiErrorException refused) when (hold.IsLost && refused.Error.Status != ApiError.Unauthorized.Status)
        {
            return false;
        }
        catch
        {
            try
            {
                await hold.ReleaseAsync().ConfigureAwait(false);
            }
            catch (WorkflowRunException)
            {
                // A store that is away: why the run was refused is to be told, and the key is free when others have seen for long enough that nobody holds it.
            }
            throw;
        }
        await TellAsync(http, request, begun).ConfigureAwait(false);
        return true;
    }

    /// <summary>Begins a run. It has its place before its files are fetched: they take time and memory.</summary>
    private async Task<LiveRun> BeginAsync(RunPlan plan, RunRequest request, RequestInput input, RunAnnouncement? announcement, CancellationToken gone)
    {
        var place = limits.TakeRun(plan.Caller.Token);
        LiveRun live;
        try
        {
            await files.FillAsync(input.Files, plan.Caller, request.User, gone).ConfigureAwait(false);
            KeptTexts.RefuseFileNames(input);
            live = hub.Start(plan, place, isAwaited: announcement is null && request is { Mode: ResponseMode.Blocking, StopsOnDisconnect: false });
        }
        catch
        {
            place.Dispose();
            throw;
        }
        announcement?.Began(live);
        if (plan.Key is { } hold)
            await hold.UntilStartedAsync(live, MaxWaitOf(plan)).ConfigureAwait(false);
        if (await live.Started.ConfigureAwait(false) is not { } refusal)
            return live;
        throw Refused(live, refusal).ToException();
    }

    /// <summary>A run that waits for its turn may lose its token meanwhile: its caller is told as who comes with such a token is.</summary>
    private static ApiError Refused(LiveRun live, WorkflowRunException refusal) =>
        refusal.IsOfCaller || (refusal.Code == WorkflowErrorCodes.Stopped && live.IsRevoked) ? ApiError.Unauthorized
        : live.Key?.Refusal is { } ofKey ? ofKey with { Cause = refusal }
        : RunErrors.Refused(refusal);

    /// <summary>The same of every request under one key: they are the same.</summary>
    private static TimeSpan MaxWaitOf(RunPlan plan) => plan.Options is { FirstFault: null, MaxWait: { } wait } ? wait : TimeSpan.Zero;

    private async Task TellAsync(HttpContext http, RunRequest request, LiveRun live)
    {
        if (!request.StopsOnDisconnect)
        {
            await TellAllAsync(http, request, live).ConfigureAwait(false);
            return;
        }
        try
        {
            using (http.RequestAborted.UnsafeRegister(static live => ((LiveRun)live!).Stop(StopReason.Caller), live))
                await TellAllAsync(http, request, live).ConfigureAwait(false);
        }
        finally
        {
            // Whoever waits for the connection's end, too, may have been told first, and have left.
            if (http.RequestAborted.IsCancellationRequested)
                live.Stop(StopReason.Caller);
        }
    }

    private async Task TellAllAsync(HttpContext http, RunRequest request, LiveRun live)
    {
        http.Response.Headers[RunIdHeader] = live.RunId;
        switch (request.Mode)
        {
            case ResponseMode.Async:
                if (await EndOfUnrecordedAsync(live, http.RequestAborted).ConfigureAwait(false) is { } end)
                    await AnswerAsync(http, end).ConfigureAwait(false);
                else
                    await JsonAnswer.WriteAsync(http, 202, (live.RunId, live.Status), WriteAccepted).ConfigureAwait(false);
                break;
            case ResponseMode.Streaming:
                await EndOfUnrecordedAsync(live, http.RequestAborted).ConfigureAwait(false);
                await EventStream.WriteAsync(http, live, 0, options.PingInterval).ConfigureAwait(false);
                break;
            default:
                await AnswerAsync(http, await live.Ended.WaitAsync(http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Waits until the store has the run's beginning. Where it does not take it in time the run is stopped, and its end is told instead: what it did may have been paid for, and a refusal would be tried again.</summary>
    private static async Task<RunSummary?> EndOfUnrecordedAsync(LiveRun live, CancellationToken gone)
    {
        try
        {
            await live.Recorded.ConfigureAwait(false);
            return null;
        }
        catch (WorkflowRunException)
        {
            return await live.Ended.WaitAsync(gone).ConfigureAwait(false);
        }
    }

    /// <summary>The same of a run that is in the store alone.</summary>
    private async Task TellAsync(HttpContext http, RunRequest request, StoredFrameSource source)
    {
        http.Response.Headers[RunIdHeader] = source.RunId;
        switch (request.Mode)
        {
            case ResponseMode.Async:
                await JsonAnswer.WriteAsync(http, 202, (source.RunId, source.Status), WriteAccepted).ConfigureAwait(false);
                break;
            case ResponseMode.Streaming:
                await EventStream.WriteAsync(http, source, 0, options.PingInterval).ConfigureAwait(false);
                break;
            default:
                await AnswerAsync(http, await source.EndAsync(http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
                break;
        }
    }

    private static Task AnswerAsync(HttpContext http, RunSummary summary) =>
        RunErrors.Failed(summary.ErrorCode, summary.Id, summary.Error, summary.RetryAfter) is { } error
            ? ErrorEnvelope.WriteAsync(http, error)
            : JsonAnswer.WriteAsync(http, 200, summary, static (writer, summary) => summary.WriteAnswer(writer));

    private static void WriteAccepted(Utf8JsonWriter writer, (string Id, string Status) run)
    {
        writer.WriteStartObject();
        writer.WriteString("task_id"u8, run.Id);
        writer.WriteString("workflow_run_id"u8, run.Id);
        writer.WriteString("status"u8, run.Status);
        writer.WriteEndObject();
    }

    private IdempotencyScope? ScopeOf(HttpContext http, ApiCaller caller, WorkflowDefinition workflow, RunRequest request)
    {
        var given = http.Request.Headers[IdempotencyHeader];
        if (given.Count == 0)
            return null;
        if (keys is null || given.Count > 1 || given[0] is not { Length: > 0 and <= MaxIdempotencyKey } key || key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw ApiError.InvalidParam($"The {IdempotencyHeader} header must be one text of 1 to {MaxIdempotencyKey} printable ASCII characters.").ToException();
        return new(caller.Token.Id, workflow.Name, workflow.Version, request.User, key);
    }
}
