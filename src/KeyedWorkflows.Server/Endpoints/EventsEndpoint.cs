using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>GET /workflow/{run_id}/events</c>: the events of a run from the first, or after the one that <c>Last-Event-ID</c> names, until it ends. As many callers as like may follow it.</summary>
internal sealed class EventsEndpoint(RunHub hub, StoredRuns stored, WorkflowServerOptions options)
{
    public async Task AnswerAsync(HttpContext http, ApiCaller caller)
    {
        var id = (string)http.Request.RouteValues["run_id"]!;
        var user = QueryText.Optional(http, "user") ?? throw ApiError.InvalidParam("Parameter 'user' is missing.").ToException();

        // Both are of Dify's contract. A stream from its first event is a snapshot; no run pauses.
        QueryText.Flag(http, "include_state_snapshot", false);
        QueryText.Flag(http, "continue_on_pause", false);
        IFrameSource? source = hub.Find(caller.Token.Id, id, user);
        if (source is LiveRun live)
            await live.Recorded.ConfigureAwait(false);
        source ??= await stored.FollowAsync(caller.Token.Id, id, user, http.RequestAborted).ConfigureAwait(false);
        await EventStream.WriteAsync(http, source, FromOf(http, id), options.PingInterval).ConfigureAwait(false);
    }

    private static int FromOf(HttpContext http, string runId)
    {
        var last = http.Request.Headers["Last-Event-ID"];
        if (last.Count == 0)
            return 0;
        return last.Count == 1 && EventStream.NextAfter(runId, last[0] ?? "") is { } next ? next : throw StoredRuns.Unknown();
    }
}
