using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>Takes what a tenant's runs were given and answered out of the history, and out of its files. What was booked stays, without end users.</summary>
internal sealed class TenantContents(IStorageDatabase database, HistoryWriter writer, CallRecovery recovery, TimeProvider time)
{
    /// <summary>Others on the store begin no more runs of a tenant that was removed this long ago.</summary>
    private static readonly TimeSpan UntilKnown = TimeSpan.FromSeconds(1);

    /// <summary>How long runs that go on have to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Small batches, so that no run waits long for them.</summary>
    private const int AtOnce = 50;

    private static readonly HistoryStatement StopStatement = new("UPDATE runs SET \"StopRequested\" = $1 WHERE \"Status\" = 'running' AND \"Tenant\" = $2");

    private static readonly HistoryStatement StopOfTokenStatement = new("UPDATE runs SET \"StopRequested\" = $1 WHERE \"Status\" = 'running' AND \"Tenant\" IS NULL AND \"TokenId\" = $2");

    private static readonly HistoryStatement ForgetStatement = new(
        "UPDATE run_calls SET \"EndUser\" = NULL, \"ProviderRequestId\" = NULL, \"PromptHash\" = NULL, \"Messages\" = NULL, \"Answer\" = NULL WHERE \"Run\" = $1 AND \"Number\" = $2");

    /// <summary>Whether there is anything to purge.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="wasThere">Whether there ever was such a tenant: then uploads that nobody reaches may have been its.</param>
    /// <param name="readTokens">Reads which tokens there are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<bool> AnyAsync(string tenant, bool wasThere, Func<CancellationToken, Task<IReadOnlySet<string>>> readTokens, CancellationToken cancellationToken)
    {
        // What could not be booked now may be of the tenant: the purge says so.
        if (!await recovery.RecoverAsync(cancellationToken).ConfigureAwait(false))
            return true;
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(async context =>
            await context.Runs.AnyAsync(run => run.Tenant == tenant, cancellationToken).ConfigureAwait(false)
            || await Telling(context, tenant).AnyAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false)
            || (wasThere && (await OwnersAsync(readTokens, cancellationToken).ConfigureAwait(false)).Exists(static owner => !owner.Exists));
    }

    /// <summary>Purges.</summary>
    /// <param name="tenant">The tenant. Nothing can begin runs for it any more.</param>
    /// <param name="revoked">The tokens that were its alone: their uploads go, and their runs, but for those of other tenants, which they may have had before.</param>
    /// <param name="readTokens">Reads which tokens there are: others' uploads are nobody's.</param>
    /// <param name="cancellationToken">Ends the work. What is gone is gone; it can be asked for again.</param>
    /// <exception cref="WorkflowRunException">The store does not answer, what a killed process left could not be booked, or the files could not be cleared.</exception>
    public async Task<TenantPurge> PurgeAsync(string tenant, IReadOnlyCollection<string> revoked, Func<CancellationToken, Task<IReadOnlySet<string>>> readTokens, CancellationToken cancellationToken)
    {
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        await StopAsync(tenant, revoked, cancellationToken).ConfigureAwait(false);

        // What a killed process noted of the tenant's calls would come back with its end users, whenever it is booked.
        if (!await recovery.RecoverAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new WorkflowRunException(
                WorkflowErrorCodes.StoreUnavailable,
                "A process that was killed left model calls that cannot be booked now, and they may be of this tenant: its contents are not removed yet. The operator finds the cause in the log. Purge again when it is mended.");
        }
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);

        // First the uploads: whose they are is told by the runs.
        var uploads = await FindUploadsAsync(tenant, readTokens, cancellationToken).ConfigureAwait(false);
        foreach (var ids in uploads.Chunk(AtOnce))
        {
            await writer.ExecuteAsync(
                session =>
                {
                    foreach (var id in ids)
                        Uploads.Remove(session, id);
                    return true;
                },
                null,
                cancellationToken).ConfigureAwait(false);
        }
        var runs = await ReadAsync(context => Ended(context, tenant, revoked).Select(static run => run.Id).ToListAsync(cancellationToken)).ConfigureAwait(false);
        foreach (var ids in runs.Chunk(AtOnce))
        {
            await writer.ExecuteAsync(
                session =>
                {
                    foreach (var id in ids)
                        HistoryStatements.RemoveRun(session, id);
                    return true;
                },
                null,
                cancellationToken).ConfigureAwait(false);
        }
        var calls = await ReadAsync(context => Telling(context, tenant).Select(static call => new { call.Run, call.Number }).ToListAsync(cancellationToken)).ConfigureAwait(false);
        foreach (var some in calls.Chunk(AtOnce))
        {
            await writer.ExecuteAsync(
                session =>
                {
                    foreach (var call in some)
                        session.Write(ForgetStatement, call.Run, call.Number);
                    return true;
                },
                null,
                cancellationToken).ConfigureAwait(false);
        }
        var left = await ReadAsync(context => Running(context, tenant, revoked).CountAsync(cancellationToken)).ConfigureAwait(false);
        if (!await database.EraseAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new WorkflowRunException(
                WorkflowErrorCodes.StoreUnavailable,
                "The contents were removed, and another process reads the database, so that its log could not be cleared of them. Purge again when that has ended.");
        }
        return new TenantPurge { Runs = runs.Count, Uploads = uploads.Count, RunsLeft = left };
    }

    /// <summary>A run that goes on would write its steps after its record is gone.</summary>
    private async Task StopAsync(string tenant, IReadOnlyCollection<string> revoked, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var told = 0;
        while (true)
        {
            var running = await ReadAsync(context => Running(context, tenant, revoked).CountAsync(cancellationToken)).ConfigureAwait(false);
            var passed = time.GetElapsedTime(start);
            if ((running == 0 && passed >= UntilKnown) || passed >= Patience)
                return;
            if (running != told)
            {
                await writer.ExecuteAsync(
                    session =>
                    {
                        session.Write(StopStatement, true, tenant);
                        foreach (var token in revoked)
                            session.Write(StopOfTokenStatement, true, token);
                        return true;
                    },
                    null,
                    cancellationToken).ConfigureAwait(false);
            }
            told = running;
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The uploads of tokens that are no more, such as those that were the tenant's alone: nobody reaches them. And, of tokens that others use too, those of end users who ran for this tenant alone.</summary>
    private async Task<List<string>> FindUploadsAsync(string tenant, Func<CancellationToken, Task<IReadOnlySet<string>>> readTokens, CancellationToken cancellationToken)
    {
        List<string> uploads = [];
        foreach (var (token, exists) in await OwnersAsync(readTokens, cancellationToken).ConfigureAwait(false))
        {
            if (exists)
            {
                var users = await ReadAsync(context => context.Runs.Where(run => run.TokenId == token && run.Tenant == tenant).Select(static run => run.EndUser).Distinct().ToListAsync(cancellationToken)).ConfigureAwait(false);
                if (users.Count == 0)
                    continue;
                var others = await ReadAsync(context => context.Runs.Where(run => run.TokenId == token && run.Tenant != tenant).Select(static run => run.EndUser).Distinct().ToListAsync(cancellationToken)).ConfigureAwait(false);
                foreach (var alone in users.Except(others).OfType<string>().Chunk(AtOnce))
                    uploads.AddRange(await ReadAsync(context => context.Uploads.Where(upload => upload.TokenId == token && alone.Contains(upload.EndUser)).Select(static upload => upload.Id).ToListAsync(cancellationToken)).ConfigureAwait(false));
                continue;
            }
            uploads.AddRange(await ReadAsync(context => context.Uploads.Where(upload => upload.TokenId == token).Select(static upload => upload.Id).ToListAsync(cancellationToken)).ConfigureAwait(false));
        }
        return uploads;
    }

    /// <summary>Whose the uploads are, and whether that token is there. In this order: the token of an upload that is there already is made already.</summary>
    private async Task<List<(string Token, bool Exists)>> OwnersAsync(Func<CancellationToken, Task<IReadOnlySet<string>>> readTokens, CancellationToken cancellationToken)
    {
        var owners = await ReadAsync(context => context.Uploads.Select(static upload => upload.TokenId).Distinct().ToListAsync(cancellationToken)).ConfigureAwait(false);
        var existing = await readTokens(cancellationToken).ConfigureAwait(false);
        return [.. owners.Select(owner => (owner, existing.Contains(owner)))];
    }

    private static IQueryable<RunRow> Of(HistoryContext context, string tenant, IReadOnlyCollection<string> revoked) => context.Runs.AsNoTracking().Where(run => run.Tenant == tenant || (run.Tenant == null && revoked.Contains(run.TokenId)));

    /// <summary>Calls that the tenant paid for, and of which more is known than what they used: those of runs without a record, such as the host's own, and of runs of others.</summary>
    private static IQueryable<RunCallRow> Telling(HistoryContext context, string tenant) => context.Calls.AsNoTracking().Where(
        call => call.Tenant == tenant && (call.EndUser != null || call.ProviderRequestId != null || call.PromptHash != null || call.Messages != null || call.Answer != null));

    private static IQueryable<RunRow> Running(HistoryContext context, string tenant, IReadOnlyCollection<string> revoked) => Of(context, tenant, revoked).Where(static run => run.Status == RunRow.Running);

    private static IQueryable<RunRow> Ended(HistoryContext context, string tenant, IReadOnlyCollection<string> revoked) => Of(context, tenant, revoked).Where(static run => run.Status != RunRow.Running);

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
