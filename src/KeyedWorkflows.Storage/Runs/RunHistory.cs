using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>The history of runs in the store's database: written by its one writer, read by queries that name the token.</summary>
internal sealed class RunHistory(IStorageDatabase database, HistoryWriter writer, HostNode node, PriceTable prices, CallJournals journals) : IRunHistory
{
    private static readonly HistoryStatement StopStatement = new("UPDATE runs SET \"StopRequested\" = $1 WHERE \"Id\" = $2 AND \"TokenId\" = $3");

    private static readonly HistoryStatement StopOfUserStatement = new("UPDATE runs SET \"StopRequested\" = $1 WHERE \"Id\" = $2 AND \"TokenId\" = $3 AND \"EndUser\" = $4");

    public bool TakesRuns => writer.Writes;

    public async Task StartAsync(RunStart start)
    {
        if (writer.Pending >= HistoryWriter.MostPending)
            throw StoreFaults.NotWritten();
        var report = new RunReport(start, node.Name);
        node.Begin(start.Id);
        try
        {
            writer.Post(report);
        }
        catch
        {
            node.End(start.Id);
            throw;
        }
        await writer.WaitAsync(report.Written).ConfigureAwait(false);
    }

    public void Report(RunProgress progress) => writer.Post(new RunReport(Priced(progress), journals));

    public async Task EndAsync(RunEnd end)
    {
        var report = new RunReport(Priced(end), journals);
        writer.Post(report);
        _ = LetGoAsync(report);
        await writer.WaitAsync(report.Written).ConfigureAwait(false);
    }

    public int NoteCall(JournalCall call) => journals.Begin(call);

    public void EndCall(RunModelCall call) => journals.End(call);

    public Task<StoredRun?> FindAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken) => ReadAsync(
        async context =>
        {
            var id = StoredText.Id(runId);
            var row = await Scoped(context.Runs, tokenId, endUser).FirstOrDefaultAsync(run => run.Id == id, cancellationToken).ConfigureAwait(false);
            return row is null ? null : (await ShowAsync(context, [row], cancellationToken).ConfigureAwait(false))[0];
        });

    public Task<RunPage> ListAsync(string tokenId, RunFilter filter, CancellationToken cancellationToken) => ReadAsync(
        async context =>
        {
            var runs = Scoped(filter.Keyword is { Length: > 0 } keyword ? database.FindRuns(context, StoredText.Id(keyword), Pattern(keyword), Pattern(Escaped(keyword))) : context.Runs, tokenId, filter.EndUser);
            if (StoredText.OfOptional(filter.Workflow, HistoryContext.NameLength) is { } workflow)
                runs = runs.Where(run => run.Workflow == workflow);
            if (StoredText.OfOptional(filter.Status, HistoryContext.NameLength) is { } status)
                runs = runs.Where(run => run.Status == status);
            if (filter.Before?.UtcTicks is { } before)
                runs = runs.Where(run => run.CreatedAt < before);
            if (filter.After?.UtcTicks is { } after)
                runs = runs.Where(run => run.CreatedAt > after);
            var total = await runs.CountAsync(cancellationToken).ConfigureAwait(false);
            var skip = (Math.Max(filter.Page, 1) - 1L) * filter.Limit;
            if (skip >= total || filter.Limit <= 0)
                return new RunPage([], total);
            var rows = await runs.OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id).Skip((int)skip).Take(filter.Limit).ToListAsync(cancellationToken).ConfigureAwait(false);
            return new RunPage(await ShowAsync(context, rows, cancellationToken).ConfigureAwait(false), total);
        });

    public Task<StoredFrames?> ReadFramesAsync(string tokenId, string runId, int from, CancellationToken cancellationToken) => ReadAsync(
        async context =>
        {
            var id = StoredText.Id(runId);
            var found = await context.Runs.AsNoTracking().Where(run => run.Id == id && run.TokenId == tokenId).Select(run => new
            {
                run.Status,
                Chunks = context.Frames.Where(chunk => chunk.Run == run.Number && chunk.First + chunk.Count > from).OrderBy(chunk => chunk.First).ToList(),
            }).AsSingleQuery().FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            if (found is null)
                return null;
            List<ReadOnlyMemory<byte>> frames = [];
            var first = Math.Max(from, 0);
            foreach (var chunk in found.Chunks)
            {
                var number = chunk.First;
                foreach (var frame in FrameChunk.Read(chunk.Content))
                {
                    if (number++ < from)
                        continue;
                    if (frames.Count == 0)
                        first = number - 1;
                    frames.Add(frame);
                }
            }
            return new StoredFrames(first, frames, found.Status != RunRow.Running);
        });

    public Task<IReadOnlyList<RunStep>> ReadStepsAsync(string tokenId, string runId, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<RunStep>>(
        async context =>
        {
            var id = StoredText.Id(runId);
            var rows = await context.Runs.AsNoTracking().Where(run => run.Id == id && run.TokenId == tokenId).Join(context.Steps, static run => run.Number, static step => step.Run, static (_, step) => step)
                .OrderBy(step => step.Number).ToListAsync(cancellationToken).ConfigureAwait(false);
            return [.. rows.Select(static row => new RunStep
            {
                Number = row.Number,
                Step = row.Step,
                Element = row.Element,
                Attempt = row.Attempt,
                Status = row.Status,
                Output = row.Output,
                ErrorCode = row.ErrorCode,
                Error = row.Error,
                Usage = new(row.Calls, row.InputTokens, row.OutputTokens, row.CachedInputTokens, row.ReasoningTokens),
                StartedAt = new(row.StartedAt, TimeSpan.Zero),
                Duration = new(row.Duration),
            })];
        });

    public Task<IReadOnlyList<RunModelCall>> ReadCallsAsync(string tokenId, string runId, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<RunModelCall>>(
        async context =>
        {
            var id = StoredText.Id(runId);
            var rows = await context.Runs.AsNoTracking().Where(run => run.Id == id && run.TokenId == tokenId).Join(context.Calls, static run => run.Number, static call => call.Run, static (_, call) => call)
                .OrderBy(call => call.Number).ToListAsync(cancellationToken).ConfigureAwait(false);
            return [.. rows.Select(static row => new RunModelCall
            {
                Number = row.Number,
                Step = row.Step,
                Element = row.Element,
                Attempt = row.Attempt,
                Slot = row.Slot,
                ProfileId = row.ProfileId,
                Provider = row.Provider,
                ModelAsked = row.ModelAsked,
                ModelAnswered = row.ModelAnswered,
                InputTokens = row.InputTokens,
                OutputTokens = row.OutputTokens,
                CachedInputTokens = row.CachedInputTokens,
                ReasoningTokens = row.ReasoningTokens,
                IsEstimated = row.Estimated,
                Price = row.Currency is { } currency ? new(row.Price, currency) : null,
                ProfileName = row.ProfileName,
                Tenant = row.Tenant,
                Workflow = row.Workflow,
                TokenId = row.TokenId,
                EndUser = row.EndUser,
                FinishReason = row.FinishReason,
                ProviderRequestId = row.ProviderRequestId,
                ErrorCode = row.ErrorCode,
                PromptHash = row.PromptHash,
                Messages = row.Messages,
                Answer = row.Answer,
                StartedAt = new(row.StartedAt, TimeSpan.Zero),
                Duration = new(row.Duration),
            })];
        });

    public Task<bool> RequestStopAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken) => writer.ExecuteAsync(
        session => (endUser is null
            ? session.Change(StopStatement, true, StoredText.Id(runId), tokenId)
            : session.Change(StopOfUserStatement, true, StoredText.Id(runId), tokenId, StoredText.Key(endUser, HistoryContext.TextLength))) > 0,
        null,
        cancellationToken);

    public Task<IReadOnlyList<string>> ReadStopRequestsAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<string>>(
        async context =>
        {
            // By the runs that go on here, and not by the node's name, which may be another since they began.
            var asked = await context.Runs.Where(static run => run.Status == "running" && run.StopRequested).Select(static run => run.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
            return [.. asked.Where(node.IsLive)];
        });

    public Task FlushAsync(CancellationToken cancellationToken) => writer.FlushAsync(cancellationToken);

    /// <summary>Prices are fixed here: what is booked later, because the store does not answer now, costs what it cost.</summary>
    private RunProgress Priced(RunProgress progress) => progress.Calls.Count == 0 ? progress : progress with { Calls = [.. progress.Calls.Select(call => call with { Price = prices.Of(call) })] };

    private static IQueryable<RunRow> Scoped(IQueryable<RunRow> runs, string tokenId, string? endUser)
    {
        runs = runs.AsNoTracking().Where(run => run.TokenId == tokenId);
        if (endUser is null)
            return runs;
        var user = StoredText.Key(endUser, HistoryContext.TextLength);
        return runs.Where(run => run.EndUser == user);
    }

    /// <summary>What of a run goes on is what was booked of it so far.</summary>
    internal static async Task<List<StoredRun>> ShowAsync(HistoryContext context, IReadOnlyList<RunRow> rows, CancellationToken cancellationToken)
    {
        long[] running = [.. rows.Where(static row => row.Status == RunRow.Running).Select(static row => row.Number)];
        var booked = running.Length == 0 ? [] : await context.Calls.Where(call => running.Contains(call.Run)).GroupBy(static call => call.Run).Select(static calls => new
        {
            calls.Key,
            Count = calls.Count(),
            Input = calls.Sum(static call => call.InputTokens),
            Output = calls.Sum(static call => call.OutputTokens),
            Cached = calls.Sum(static call => call.CachedInputTokens),
            Reasoning = calls.Sum(static call => call.ReasoningTokens),
        }).ToDictionaryAsync(static sum => sum.Key, static sum => new RunUsage(sum.Count, sum.Input, sum.Output, sum.Cached, sum.Reasoning), cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new StoredRun
        {
            Id = row.Id,
            Workflow = row.Workflow,
            Version = row.Version,
            TokenId = row.TokenId,
            Tenant = row.Tenant,
            EndUser = row.EndUser,
            Status = row.Status,
            Inputs = row.Inputs,
            Outputs = row.Outputs,
            Bindings = row.Bindings,
            ErrorCode = row.ErrorCode,
            Error = row.Error,
            TotalSteps = row.TotalSteps,
            Usage = booked.TryGetValue(row.Number, out var sum) ? sum : new(row.Calls, row.InputTokens, row.OutputTokens, row.CachedInputTokens, row.ReasoningTokens),
            Exceptions = row.Exceptions,
            CreatedAt = new(row.CreatedAt, TimeSpan.Zero),
            FinishedAt = row.FinishedAt is { } finished ? new DateTimeOffset(finished, TimeSpan.Zero) : null,
            Duration = row.Duration is { } duration ? new TimeSpan(duration) : null,
        })];
    }

    /// <summary>A text as JSON may hold it: what was written by another encoder is found too.</summary>
    private static string Escaped(string text) => JsonEncodedText.Encode(StoredText.Of(text, HistoryContext.ErrorLength), JavaScriptEncoder.Default).Value;

    private static string Pattern(string text)
    {
        var literal = StoredText.Of(text, HistoryContext.ErrorLength).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
        return $"%{literal}%";
    }

    private async Task LetGoAsync(RunReport report)
    {
        await report.Written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        node.End(report.RunId);
    }

    private async Task<T> ReadAsync<T>(Func<HistoryContext, Task<T>> read)
    {
        try
        {
            using var context = database.OpenHistory();
            return await read(context).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (OperationCanceledException or WorkflowRunException))
        {
            throw StoreFaults.NotRead(error);
        }
    }
}
