using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>The runs of all tokens, as the operator of a store may see them. Callers ask <see cref="IRunHistory"/>, which knows their own alone. Safe for use from several threads.</summary>
internal sealed class OperatorRuns(IStorageDatabase database)
{
    /// <summary>Lists runs, newest first: ids begin with the time. Numbers do not tell, since each process takes some ahead.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="tenant">Whose; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<RunPage> ListAsync(RunFilter filter, string? tenant, CancellationToken cancellationToken)
    {
        try
        {
            using var context = database.OpenHistory();
            var runs = context.Runs.AsNoTracking();
            if (StoredText.OfOptional(tenant, HistoryContext.MarkLength) is { } owner)
                runs = runs.Where(run => run.Tenant == owner);
            if (StoredText.OfOptional(filter.Workflow, HistoryContext.NameLength) is { } workflow)
                runs = runs.Where(run => run.Workflow == workflow);
            if (StoredText.OfOptional(filter.Status, HistoryContext.NameLength) is { } status)
                runs = runs.Where(run => run.Status == status);
            if (filter.Before?.UtcTicks is { } before)
                runs = runs.Where(run => run.CreatedAt < before);
            if (filter.After?.UtcTicks is { } after)
                runs = runs.Where(run => run.CreatedAt >= after);
            var total = await runs.CountAsync(cancellationToken).ConfigureAwait(false);
            var skip = (Math.Max(filter.Page, 1) - 1) * filter.Limit;
            var rows = await runs.OrderByDescending(run => run.Id).Skip(skip).Take(filter.Limit).ToListAsync(cancellationToken).ConfigureAwait(false);
            return new RunPage(await RunHistory.ShowAsync(context, rows, cancellationToken).ConfigureAwait(false), total);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw StoreFaults.NotRead(error);
        }
    }

    /// <summary>The token that a run was made with; null where there is no such run.</summary>
    public async Task<string?> FindTokenAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            using var context = database.OpenHistory();
            var id = StoredText.Id(runId);
            return await context.Runs.AsNoTracking().Where(run => run.Id == id).Select(static run => run.TokenId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw StoreFaults.NotRead(error);
        }
    }
}
