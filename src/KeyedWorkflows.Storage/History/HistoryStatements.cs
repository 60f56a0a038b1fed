namespace KeyedWorkflows.Storage;

/// <summary>
/// What is written to the history of runs. Each may come twice: where the connection breaks while it commits, nobody knows whether it did. So what is there already is left as it is.
/// </summary>
internal static class HistoryStatements
{
    private static readonly HistoryStatement Run = new(
        "INSERT INTO runs (\"Number\", \"Id\", \"Workflow\", \"Version\", \"Fingerprint\", \"TokenId\", \"Tenant\", \"EndUser\", \"Node\", \"Status\", \"Capture\", \"StopRequested\", \"Inputs\", \"Bindings\", \"Labels\", \"CallbackUrl\", \"TotalSteps\", \"CreatedAt\", \"Outputs\", \"ErrorCode\", \"Error\", \"Calls\", \"InputTokens\", \"OutputTokens\", \"CachedInputTokens\", \"ReasoningTokens\", \"Exceptions\", \"FinishedAt\", \"Duration\") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement Step = new(
        "INSERT INTO run_steps (\"Run\", \"Number\", \"Step\", \"Element\", \"Attempt\", \"Status\", \"Output\", \"ErrorCode\", \"Error\", \"Calls\", \"InputTokens\", \"OutputTokens\", \"CachedInputTokens\", \"ReasoningTokens\", \"StartedAt\", \"Duration\") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement Call = new(
        "INSERT INTO run_calls (\"Run\", \"Number\", \"Step\", \"Element\", \"Attempt\", \"Slot\", \"ProfileId\", \"Provider\", \"ModelAsked\", \"ModelAnswered\", \"InputTokens\", \"OutputTokens\", \"CachedInputTokens\", \"ReasoningTokens\", \"FinishReason\", \"ProviderRequestId\", \"ErrorCode\", \"PromptHash\", \"Messages\", \"Answer\", \"RunId\", \"Workflow\", \"Tenant\", \"ProfileName\", \"TokenId\", \"EndUser\", \"Estimated\", \"Price\", \"Currency\", \"StartedAt\", \"FinishedAt\", \"Duration\") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement Frames = new(
        "INSERT INTO run_frames (\"Run\", \"First\", \"Count\", \"Content\") VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");

    /// <summary>A run that another node took for dead, because this one was cut off from the database, ends as it truly did.</summary>
    private static readonly HistoryStatement End = new(
        "UPDATE runs SET \"Status\" = $2, \"Outputs\" = $3, \"ErrorCode\" = $4, \"Error\" = $5, \"Calls\" = $6, \"InputTokens\" = $7, \"OutputTokens\" = $8, \"CachedInputTokens\" = $9, \"ReasoningTokens\" = $10, \"Exceptions\" = $11, \"FinishedAt\" = $12, \"Duration\" = $13 WHERE \"Id\" = $1 AND (\"Status\" = 'running' OR \"ErrorCode\" = 'host_stopped')");

    private static readonly HistoryStatement Callback = new(
        "INSERT INTO callbacks (\"Id\", \"RunId\", \"TokenId\", \"Url\", \"Body\", \"Attempts\", \"State\", \"DueAt\") SELECT $1, \"Id\", \"TokenId\", \"CallbackUrl\", $2, 0, 'waiting', $3 FROM runs "
        + "WHERE \"Id\" = $4 AND \"CallbackUrl\" IS NOT NULL ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement Notice = new(
        "INSERT INTO callbacks (\"Id\", \"RunId\", \"TokenId\", \"Url\", \"Body\", \"Attempts\", \"State\", \"DueAt\") VALUES ($1, $2, $3, $4, $5, 0, 'waiting', $6) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement Number = new("SELECT \"Number\" FROM runs WHERE \"Id\" = $1");

    private static readonly HistoryStatement Numbers = new("UPDATE run_numbers SET \"Next\" = \"Next\" + $1 WHERE \"Id\" = 1 RETURNING \"Next\"");

    private static readonly HistoryStatement[] Removals =
    [
        new("UPDATE run_calls SET \"EndUser\" = NULL, \"ProviderRequestId\" = NULL, \"PromptHash\" = NULL, \"Messages\" = NULL, \"Answer\" = NULL WHERE \"Run\" IN (SELECT \"Number\" FROM runs WHERE \"Id\" = $1)"),
        .. ((string[])["run_steps", "run_frames"]).Select(static table => new HistoryStatement($"DELETE FROM {table} WHERE \"Run\" IN (SELECT \"Number\" FROM runs WHERE \"Id\" = $1)")),
        .. ((string[])["idempotency_keys", "callbacks"]).Select(static table => new HistoryStatement($"DELETE FROM {table} WHERE \"RunId\" = $1")),
        new("DELETE FROM runs WHERE \"Id\" = $1"),
    ];

    /// <summary>Writes a run that begins, and, where it has ended already, its end with it.</summary>
    public static void InsertRun(IHistorySession session, long number, RunStart start, string node, RunEnd? end) => session.Write(
        Run,
        number,
        start.Id,
        StoredText.Of(start.Workflow, HistoryContext.MarkLength),
        StoredText.OfOptional(start.Version, HistoryContext.VersionLength),
        StoredText.Of(start.Fingerprint, HistoryContext.VersionLength),
        start.TokenId,
        StoredText.OfOptional(start.Tenant, HistoryContext.MarkLength),
        start.EndUser is { } user ? StoredText.Key(user, HistoryContext.TextLength) : null,
        node,
        end is null ? RunRow.Running : StoredText.Of(end.Status, HistoryContext.WordLength),
        (int)start.Capture,
        false,
        start.Inputs,
        start.Bindings,
        start.Labels,
        StoredText.OfOptional(start.CallbackUrl, HistoryContext.UrlLength),
        start.TotalSteps,
        start.CreatedAt.UtcTicks,
        end?.Outputs,
        StoredText.OfOptional(end?.ErrorCode, HistoryContext.MarkLength),
        StoredText.OfOptional(end?.Error, HistoryContext.ErrorLength),
        end?.Usage.Calls ?? 0,
        end?.Usage.InputTokens ?? 0L,
        end?.Usage.OutputTokens ?? 0L,
        end?.Usage.CachedInputTokens ?? 0L,
        end?.Usage.ReasoningTokens ?? 0L,
        end?.Exceptions ?? 0,
        end?.FinishedAt.UtcTicks,
        end?.Duration.Ticks);

    public static void EndRun(IHistorySession session, RunEnd end) => session.Write(
        End,
        end.Id,
        StoredText.Of(end.Status, HistoryContext.WordLength),
        end.Outputs,
        StoredText.OfOptional(end.ErrorCode, HistoryContext.MarkLength),
        StoredText.OfOptional(end.Error, HistoryContext.ErrorLength),
        end.Usage.Calls,
        end.Usage.InputTokens,
        end.Usage.OutputTokens,
        end.Usage.CachedInputTokens,
        end.Usage.ReasoningTokens,
        end.Exceptions,
        end.FinishedAt.UtcTicks,
        end.Duration.Ticks);

    public static void InsertStep(IHistorySession session, long run, RunStep step) => session.Write(
        Step,
        run,
        step.Number,
        StoredText.Of(step.Step, HistoryContext.NameLength),
        step.Element,
        step.Attempt,
        StoredText.Of(step.Status, HistoryContext.WordLength),
        step.Output,
        StoredText.OfOptional(step.ErrorCode, HistoryContext.MarkLength),
        StoredText.OfOptional(step.Error, HistoryContext.ErrorLength),
        step.Usage.Calls,
        step.Usage.InputTokens,
        step.Usage.OutputTokens,
        step.Usage.CachedInputTokens,
        step.Usage.ReasoningTokens,
        step.StartedAt.UtcTicks,
        step.Duration.Ticks);

    public static void InsertCall(IHistorySession session, long run, string runId, RunModelCall call) => session.Write(
        Call,
        run,
        call.Number,
        StoredText.Of(call.Step, HistoryContext.NameLength),
        call.Element,
        call.Attempt,
        StoredText.Of(call.Slot, HistoryContext.MarkLength),
        StoredText.OfOptional(call.ProfileId, HistoryContext.MarkLength),
        StoredText.Of(call.Provider, HistoryContext.MarkLength),
        StoredText.OfOptional(call.ModelAsked, HistoryContext.TextLength),
        StoredText.OfOptional(call.ModelAnswered, HistoryContext.TextLength),
        call.InputTokens,
        call.OutputTokens,
        call.CachedInputTokens,
        call.ReasoningTokens,
        StoredText.OfOptional(call.FinishReason, HistoryContext.MarkLength),
        StoredText.OfOptional(call.ProviderRequestId, HistoryContext.TextLength),
        StoredText.OfOptional(call.ErrorCode, HistoryContext.MarkLength),
        StoredText.OfOptional(call.PromptHash, HistoryContext.MarkLength),
        call.Messages,
        call.Answer,
        runId,
        StoredText.Of(call.Workflow, HistoryContext.MarkLength),
        StoredText.OfOptional(call.Tenant, HistoryContext.MarkLength),
        StoredText.OfOptional(call.ProfileName, HistoryContext.MarkLength),
        call.TokenId,
        call.EndUser is { } user ? StoredText.Key(user, HistoryContext.TextLength) : null,
        call.IsEstimated,
        call.Price?.Billionths ?? 0L,
        call.Price?.Currency,
        call.StartedAt.UtcTicks,
        (call.StartedAt + call.Duration).UtcTicks,
        call.Duration.Ticks);

    public static void InsertFrames(IHistorySession session, long run, int first, IReadOnlyList<ReadOnlyMemory<byte>> frames) =>
        session.Write(Frames, run, first, frames.Count, FrameChunk.Write(frames));

    /// <summary>Writes a callback of a run that has one. The first that is told of a run is the one that counts.</summary>
    public static void InsertCallback(IHistorySession session, string runId, byte[] body, long due) =>
        session.Write(Callback, System.Security.Cryptography.RandomNumberGenerator.GetHexString(32, lowercase: true), body, due, runId);

    /// <summary>Writes what the host itself is to tell its operator.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="what">What it is told of: the second notice of the same is none.</param>
    /// <param name="url">Where it is sent.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="due">When.</param>
    public static void InsertNotice(IHistorySession session, string what, string url, byte[] body, long due) =>
        session.Write(Notice, System.Security.Cryptography.RandomNumberGenerator.GetHexString(32, lowercase: true), what, PendingCallback.OfHost, url, body, due);

    /// <summary>The number of a run.</summary>
    /// <returns>Null where there is no such run.</returns>
    public static long? FindNumber(IHistorySession session, string runId) => session.Read(Number, static row => row.GetInt64(0), runId) is [var number] ? number : null;

    /// <summary>Takes numbers for runs.</summary>
    /// <returns>The one after the last.</returns>
    public static long TakeNumbers(IHistorySession session, int count) => session.Read(Numbers, static row => row.GetInt64(0), (long)count)[0];

    /// <summary>Removes a run and all that belongs to it, but for what its calls used: that is booked.</summary>
    public static void RemoveRun(IHistorySession session, string runId)
    {
        foreach (var removal in Removals)
            session.Write(removal, runId);
    }
}
