using System.Text.Json;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>POST /workflows/run</c> and <c>POST /workflows/{workflow_id}/run</c>: begins a run, and answers with its end, its events or its id.</summary>
internal sealed class RunEndpoint(
    ServedWorkflows workflows, TokenLimits limits, RunHub hub, StoredRuns stored, IncomingFiles files, IIdempotencyKeys? keys, WorkflowServerOptions options)
{
    private const string IdempotencyHeader = "Idempotency-Key";
    private const int MaxIdempotencyKey = 255;

    public async Task AnswerAsync(HttpContext http, ApiCaller caller)
    {
        if (hub.IsStopping)
            throw ApiError.Stopping.ToException();
        limits.CountRequest(caller.Token);
        var workflow = http.Request.RouteValues["workflow_id"] is string id ? workflows.Named(caller.Token, id) : workflows.Only(caller.Token);
        var request = RunRequestReader.Read(await RequestBody.ReadAsync(http, options.MaxBodyBytes).ConfigureAwait(false));
        var credentials = RequestCredentials.Of(request, workflow);
        var input = InputReader.Read(workflow, request, out var references);
        var scope = ScopeOf(http, caller, workflow, request);
        var runId = RunIds.Next();
        if (scope is { } claimed && await FirstAsync(claimed, request, runId, http.RequestAborted).ConfigureAwait(false) is { } first)
        {
            await RepeatAsync(http, caller, request, first).ConfigureAwait(false);
            return;
        }
        LiveRun live;
        try
        {
            await files.FillAsync(references, caller, request.User, http.RequestAborted).ConfigureAwait(false);
            live = hub.Start(new RunPlan
            {
                Id = runId,
                Workflow = workflow,
                Caller = caller,
                Input = input,
                Credentials = credentials,
                Options = request.Options,
                Callback = request.Callback,
            });
            if (await live.Started.ConfigureAwait(false) is { } refusal)
                throw RunErrors.Refused(refusal).ToException();
        }
        catch when (scope is not null)
        {
            // Nothing began under the key: it is free for another try.
            await keys!.ReleaseAsync(scope.Value, runId, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        if (!request.StopsOnDisconnect)
        {
            await TellAsync(http, request, live).ConfigureAwait(false);
            return;
        }
        using (http.RequestAborted.UnsafeRegister(static live => ((LiveRun)live!).Stop(StopReason.Caller), live))
            await TellAsync(http, request, live).ConfigureAwait(false);
    }

    private async Task TellAsync(HttpContext http, RunRequest request, LiveRun live)
    {
        http.Response.Headers["X-Workflow-Run-Id"] = live.RunId;
        switch (request.Mode)
        {
            case ResponseMode.Async:
                await live.Recorded.ConfigureAwait(false);
                await JsonAnswer.WriteAsync(http, 202, live.RunId, WriteAccepted).ConfigureAwait(false);
                break;
            case ResponseMode.Streaming:
                await live.Recorded.ConfigureAwait(false);
                await EventStream.WriteAsync(http, live, 0, options.PingInterval).ConfigureAwait(false);
                break;
            default:
                var summary = await live.Ended.WaitAsync(http.RequestAborted).ConfigureAwait(false);
                await AnswerAsync(http, summary).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Answers a repeated trigger with the run of the first.</summary>
    private async Task RepeatAsync(HttpContext http, ApiCaller caller, RunRequest request, string runId)
    {
        http.Response.Headers["Idempotent-Replayed"] = "true";
        if (hub.FindStarting(caller.Token.Id, runId) is { } starting)
        {
            // The first is under way here: what comes of it is the answer to both.
            if (await starting.Started.WaitAsync(http.RequestAborted).ConfigureAwait(false) is { } refusal)
                throw RunErrors.Refused(refusal).ToException();
            await TellAsync(http, request, starting).ConfigureAwait(false);
            return;
        }
        http.Response.Headers["X-Workflow-Run-Id"] = runId;
        var source = await stored.FollowAsync(caller.Token.Id, runId, request.User, http.RequestAborted).ConfigureAwait(false);
        switch (request.Mode)
        {
            case ResponseMode.Async:
                await JsonAnswer.WriteAsync(http, 202, runId, WriteAccepted).ConfigureAwait(false);
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
        RunErrors.Failed(summary.ErrorCode, summary.Id, summary.Error) is { } error
            ? ErrorEnvelope.WriteAsync(http, error)
            : JsonAnswer.WriteAsync(http, 200, summary, static (writer, summary) => summary.WriteAnswer(writer));

    private static void WriteAccepted(Utf8JsonWriter writer, string runId)
    {
        writer.WriteStartObject();
        writer.WriteString("task_id"u8, runId);
        writer.WriteString("workflow_run_id"u8, runId);
        writer.WriteString("status"u8, RunStates.Running);
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

    private async Task<string?> FirstAsync(IdempotencyScope scope, RunRequest request, string runId, CancellationToken cancellationToken)
    {
        var claim = await keys!.ClaimAsync(scope, request.Body, runId, cancellationToken).ConfigureAwait(false);
        if (!claim.IsSameRequest)
            throw new ApiError(422, "idempotency_key_reused", $"The {IdempotencyHeader} was used for another request. Give each request a key of its own.").ToException();
        return claim.IsNew ? null : claim.RunId;
    }
}
