using KeyedWorkflows.Client;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>A run on a host, followed over as many connections as it takes.</summary>
/// <param name="host">The host.</param>
/// <param name="workflow">The workflow.</param>
/// <param name="body">What it is asked for with.</param>
/// <param name="user">For whom it is.</param>
/// <param name="idempotencyKey">The key by which the host knows the request again.</param>
/// <param name="begun">The run's id, where it was begun before: then it is followed, and never begun.</param>
internal sealed class FollowedRun(HostApi host, string workflow, byte[] body, string user, string idempotencyKey, string? begun = null)
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(5);

    private bool mayHaveBegun;
    private string? runId = begun;
    private string? lastEventId;
    private RunFrame? last;

    /// <summary>The run's id, once the host has said it.</summary>
    public string? RunId => runId;

    /// <summary>Begins it, and follows it to its end.</summary>
    /// <param name="hear">Hears each event.</param>
    /// <param name="cancellationToken">Leaves the run, which goes on.</param>
    /// <param name="know">Hears the run's id, as soon as the host says it; not of one that was begun before.</param>
    /// <returns>Its last event.</returns>
    /// <exception cref="WorkflowRunException">It was refused, or the host was lost for longer than it is asked again.</exception>
    public async Task<RunFrame> FollowAsync(Action<RunFrame>? hear, CancellationToken cancellationToken, Action<string>? know = null)
    {
        var calls = host.Calls;
        HttpResponseMessage answer;
        if (runId is null)
        {
            answer = await BeginAsync(cancellationToken);
            if (runId is not null)
                know?.Invoke(runId);
        }
        else
        {
            answer = await FollowOnAsync(cancellationToken);
        }
        var broke = 0L;
        for (var retry = 0; ; retry++)
        {
            Exception? broken;
            var isOfUse = false;
            using (answer)
            {
                if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
                    throw new WorkflowRunException(WorkflowErrorCodes.ServerFailed, "What answered is no host of workflows: its answer is no stream of events. Look at --host.");
                broken = await FrameStream.ReadAsync(
                    answer,
                    static () => { },
                    (frame, id) =>
                    {
                        isOfUse = true;
                        return Take(frame, id, hear);
                    },
                    calls.Time,
                    cancellationToken);
            }
            if (broken is null)
                return last!.Value;
            if (isOfUse || broke == 0)
                (retry, broke) = (0, calls.Time.GetTimestamp());
            var delay = Backoff.Before(retry);
            if (runId is null || calls.Time.GetElapsedTime(broke) + delay > calls.RetryFor)
                throw calls.Unreachable("follow a run", workflow, broken);
            await Task.Delay(delay, calls.Time, cancellationToken);
            answer = await FollowOnAsync(cancellationToken);
        }
    }

    /// <summary>Asks the host to stop it, and waits for its end, but not long. Where it was left before the host had said the run's id, the host is asked for it under the same key, under which it begins no second run.</summary>
    /// <returns>Whether the host has heard it, and whether nothing goes on any more.</returns>
    public async Task<(bool IsHeard, bool IsOver)> StopAsync()
    {
        if (!mayHaveBegun)
            return (true, true);
        var isHeard = false;
        using var patience = new CancellationTokenSource(TimeToStop);
        try
        {
            if (runId is null)
                (await BeginAsync(patience.Token)).Dispose();
            if (runId is not { } id)
                return (false, false);
            using (await host.Calls.SendAsync("stop a run", workflow, (api, end) => api.StopAsync(id, JsonBody.Of(JsonBody.OfUser(user)), end), patience.Token, patience.Token))
                isHeard = true;
            await FollowAsync(null, patience.Token);
            return (true, true);
        }
        catch (Exception error) when (error is WorkflowRunException or OperationCanceledException)
        {
            return (isHeard, false);
        }
    }

    private Task<HttpResponseMessage> FollowOnAsync(CancellationToken cancellationToken) =>
        host.Calls.SendAsync("follow a run", workflow, (api, end) => api.EventsAsync(runId!, user, lastEventId, end), cancellationToken, cancellationToken);

    private async Task<HttpResponseMessage> BeginAsync(CancellationToken cancellationToken)
    {
        var answer = await host.Calls.SendAsync(
            "begin a run",
            workflow,
            (api, end) =>
            {
                mayHaveBegun = true;
                return api.RunAsync(workflow, JsonBody.Of(body), idempotencyKey, end);
            },
            cancellationToken,
            cancellationToken);
        if (answer.Headers.TryGetValues("X-Workflow-Run-Id", out var ids))
            runId = ids.First();
        return answer;
    }

    private bool Take(RunFrame frame, string? id, Action<RunFrame>? hear)
    {
        runId ??= frame.RunId;
        lastEventId = id ?? lastEventId;
        hear?.Invoke(frame);
        if (frame.Name != RunFrame.Ended)
            return false;
        last = frame;
        return true;
    }
}
