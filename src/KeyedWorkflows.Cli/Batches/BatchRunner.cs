using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Client;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>
/// Runs the rows of a file, some at a time. A row that has ended is not run again. One that was under way when the process ended is followed by its run; where the host had not said that yet, it is asked for under the same key, and the host
/// answers with the run that it made.
/// </summary>
internal sealed class BatchRunner(HostApi host, string workflow, BatchJournal journal, BatchProgress progress)
{
    /// <summary>How long a row may be asked for again under its key: the host knows it for 24 hours.</summary>
    private static readonly TimeSpan KeysLive = TimeSpan.FromHours(23);

    /// <summary>Runs all rows that are not done.</summary>
    /// <param name="rows">Of each row what it asks for, in their order.</param>
    /// <param name="keys">The keys of each.</param>
    /// <param name="concurrency">How many at a time.</param>
    /// <param name="cancellationToken">Ends it: runs that are under way go on at the host.</param>
    public Task RunAsync(IReadOnlyList<RunBody> rows, IReadOnlyList<RowKeys> keys, int concurrency, CancellationToken cancellationToken)
    {
        progress.Begin();
        var open = Enumerable.Range(1, rows.Count).Where(row => journal.Of(row) is not { IsDone: true });
        return Parallel.ForEachAsync(
            open,
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
            async (row, end) =>
            {
                var result = keys[row - 1].Without(await RunAsync(row, rows[row - 1], end));
                journal.Add(result);
                progress.Ended(result.IsDone);
            });
    }

    private async Task<RowResult> RunAsync(int row, RunBody body, CancellationToken cancellationToken)
    {
        var left = journal.Begun(row);
        var attempt = left?.Attempt ?? (journal.Of(row)?.Attempt ?? 0) + 1;
        var now = host.Calls.Time.GetUtcNow();
        if (left is { Run: null } && now - left.AskedAt > KeysLive)
        {
            return Unknown(
                row, attempt, null, "It was asked for more than 23 hours ago, and the host had not said whether it began a run: one may have been made and paid for. Look for it with: workflows runs list. The next --resume runs the row anew.");
        }
        if (left is not null)
            body = body with { Options = left.Options };
        var json = body.ToJson(streaming: true);
        var run = new FollowedRun(host, workflow, json, body.User, journal.KeyOf(row, json, attempt), left?.Run);
        var asked = left ?? new RowBegun { Row = row, Attempt = attempt, AskedAt = now, Options = body.Options };
        if (left is null)
            journal.Add(asked);
        try
        {
            var end = await run.FollowAsync(null, cancellationToken, id => journal.Add(asked with { Run = id }));
            return Of(row, attempt, run.RunId, end.Data) with { Run = run.RunId };
        }
        catch (WorkflowRunException lost) when (run.RunId is { } id && lost.Code == WorkflowErrorCodes.WorkflowNotFound && !HostFaults.IsOfNoHost(lost))
        {
            return Unknown(row, attempt, id, "The host does not know the row's run any more, or not by this token: it was begun, and may have been paid for. The next --resume runs the row anew.");
        }
        catch (WorkflowRunException refused) when (refused.Code is not (WorkflowErrorCodes.ConnectionFailed or WorkflowErrorCodes.ServerFailed or WorkflowErrorCodes.TokenRefused or WorkflowErrorCodes.TooManyRequests) && !HostFaults.IsOfNoHost(refused))
        {
            // What concerns this row alone. A host that is away, or refuses the token, ends the batch: the next row would fare no better.
            return new RowResult { Row = row, Attempt = attempt, Run = run.RunId, Status = "refused", ErrorCode = refused.Code, Error = HostWords.Of(refused.Message) };
        }
    }

    private static RowResult Unknown(int row, int attempt, string? run, string why) => new() { Row = row, Attempt = attempt, Run = run, Status = "unknown", Error = why };

    private static RowResult Of(int row, int attempt, string? id, JsonElement data) => new()
    {
        Row = row,
        Attempt = attempt,
        Run = id,
        Status = data.Text("status") ?? "failed",
        Outputs = data.TryGet("outputs", out var outputs) && outputs.ValueKind == JsonValueKind.Object ? RowResult.OutputsOf(outputs) : null,
        ErrorCode = data.Text("error_code"),
        Error = data.Text("error") is { } error ? HostWords.Of(error) : null,
    };
}
