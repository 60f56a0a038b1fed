using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>
/// What model calls used, as it was booked: each call when it ended, in the transaction of its run's record, with the price of that moment. It stays when runs are removed. Safe for use from several threads.
/// </summary>
public sealed class UsageLedger
{
    /// <summary>The offsets of all time zones are whole quarters of an hour: days of any zone are made of these.</summary>
    private const long Quarter = 15 * TimeSpan.TicksPerMinute;

    /// <summary>Beyond so many tenants all are read.</summary>
    private const int MostNamed = 500;

    private readonly IStorageDatabase database;
    private readonly IRunHistory history;

    internal UsageLedger(IStorageDatabase database, IRunHistory history)
    {
        this.database = database;
        this.history = history;
    }

    /// <summary>Reads what was used. What ended before the call is in it.</summary>
    /// <param name="query">Of which days, of whom, and told by what.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">The days are none, the time zone is not known, or a dimension stands twice. The message says which.</exception>
    /// <exception cref="WorkflowRunException">The store does not answer.</exception>
    public async Task<UsageReport> ReadAsync(UsageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.To < query.From)
            throw new ArgumentException("The last day comes before the first.", nameof(query));
        if (query.From.Year < 2 || query.To.Year > 9998)
            throw new ArgumentException("The days lie at the end of all calendars. Give years between 2 and 9998.", nameof(query));
        if (query.By.Distinct().Count() != query.By.Count)
            throw new ArgumentException("Usage is told twice by the same.", nameof(query));
        if (!IsZoneName(query.TimeZone) || !TimeZoneInfo.TryFindSystemTimeZoneById(query.TimeZone, out var zone))
            throw new ArgumentException("There is no such time zone. Give its IANA name, such as Europe/Berlin.", nameof(query));
        await history.FlushAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var periods = new LimitPeriods(zone);
            var quarters = await ReadQuartersAsync(query, periods.StartOf(query.From).UtcTicks, periods.StartOf(query.To.AddDays(1)).UtcTicks, cancellationToken).ConfigureAwait(false);
            return new UsageReport(query, Rows(query, quarters, zone));
        }
        catch (Exception error) when (error is not (OperationCanceledException or WorkflowRunException))
        {
            throw StoreFaults.NotRead(error);
        }
    }

    /// <summary>Whether a text can be the name of a zone. On Linux it is a path, which is read: others, such as that of a device, are none.</summary>
    internal static bool IsZoneName(string? name) => name is { Length: > 0 and <= 64 } && char.IsAsciiLetter(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+' or ' ');

    /// <summary>When the last call that a tenant paid for ended.</summary>
    internal async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadLastAsync(IReadOnlyCollection<string> tenants, CancellationToken cancellationToken)
    {
        try
        {
            using var context = database.OpenHistory();
            var calls = context.Calls.AsNoTracking().Where(static call => call.Tenant != null);
            if (tenants.Count <= MostNamed)
                calls = calls.Where(call => tenants.Contains(call.Tenant!));
            var last = await calls.GroupBy(static call => call.Tenant!).Select(static group => new { group.Key, At = group.Max(call => call.FinishedAt) }).ToListAsync(cancellationToken).ConfigureAwait(false);
            return last.ToDictionary(static one => one.Key, static one => new DateTimeOffset(one.At, TimeSpan.Zero), StringComparer.Ordinal);
        }
        catch (Exception error) when (error is not (OperationCanceledException or WorkflowRunException))
        {
            throw StoreFaults.NotRead(error);
        }
    }

    private async Task<List<QuarterSum>> ReadQuartersAsync(UsageQuery query, long from, long to, CancellationToken cancellationToken)
    {
        using var context = database.OpenHistory();
        var calls = context.Calls.AsNoTracking().Where(call => call.FinishedAt >= from && call.FinishedAt < to);
        if (StoredText.OfOptional(query.Tenant, HistoryContext.MarkLength) is { } tenant)
            calls = calls.Where(call => call.Tenant == tenant);
        if (StoredText.OfOptional(query.ProfileId, HistoryContext.MarkLength) is { } profile)
            calls = calls.Where(call => call.ProfileId == profile);
        if (StoredText.OfOptional(query.Workflow, HistoryContext.MarkLength) is { } workflow)
            calls = calls.Where(call => call.Workflow == workflow);
        var (byTenant, byProfile, byWorkflow, byModel, byToken, byDay) = (
            Is(UsageDimension.Tenant), Is(UsageDimension.Profile), Is(UsageDimension.Workflow), Is(UsageDimension.Model), Is(UsageDimension.Token), Is(UsageDimension.Day));
        return await calls
            .GroupBy(call => new
            {
                Tenant = byTenant ? call.Tenant : null,
                ProfileId = byProfile ? call.ProfileId : null,
                Workflow = byWorkflow ? call.Workflow : null,
                Model = byModel ? call.ModelAnswered ?? call.ModelAsked : null,
                TokenId = byToken ? call.TokenId : null,
                Quarter = byDay ? call.FinishedAt / Quarter : 0,
                call.Currency,
            })
            .Select(group => new QuarterSum
            {
                Tenant = group.Key.Tenant,
                ProfileId = group.Key.ProfileId,
                Profile = byProfile ? group.Max(call => call.ProfileName) : null,
                Workflow = group.Key.Workflow,
                Model = group.Key.Model,
                TokenId = group.Key.TokenId,
                Quarter = group.Key.Quarter,
                Currency = group.Key.Currency,
                Runs = group.Sum(call => call.Number == 0 ? 1L : 0L),
                Calls = group.LongCount(),
                Failed = group.Sum(call => call.ErrorCode != null ? 1L : 0L),
                Estimated = group.Sum(call => call.Estimated ? 1L : 0L),
                Unpriced = group.Sum(call => call.Currency == null && call.InputTokens + call.OutputTokens > 0 ? 1L : 0L),
                Input = group.Sum(call => call.InputTokens),
                Cached = group.Sum(call => call.CachedInputTokens),
                Output = group.Sum(call => call.OutputTokens),
                Reasoning = group.Sum(call => call.ReasoningTokens),
                Price = group.Sum(call => call.Price),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);

        bool Is(UsageDimension dimension) => query.By.Contains(dimension);
    }

    private static List<UsageRow> Rows(UsageQuery query, List<QuarterSum> quarters, TimeZoneInfo zone)
    {
        var isByDay = query.By.Contains(UsageDimension.Day);
        var groups = quarters.GroupBy(sum => (sum.Tenant, sum.ProfileId, sum.Workflow, sum.Model, sum.TokenId, Day: isByDay ? DayOf(sum.Quarter, zone) : (DateOnly?)null, sum.Currency));
        List<UsageRow> rows = [.. groups.Select(static group => new UsageRow
        {
            Tenant = group.Key.Tenant,
            ProfileId = group.Key.ProfileId,
            Profile = group.MaxBy(static sum => sum.Quarter)!.Profile,
            Workflow = group.Key.Workflow,
            Model = group.Key.Model,
            TokenId = group.Key.TokenId,
            Day = group.Key.Day,
            Currency = group.Key.Currency,
            Runs = group.Sum(static sum => sum.Runs),
            Calls = group.Sum(static sum => sum.Calls),
            FailedCalls = group.Sum(static sum => sum.Failed),
            EstimatedCalls = group.Sum(static sum => sum.Estimated),
            UnpricedCalls = group.Sum(static sum => sum.Unpriced),
            InputTokens = group.Sum(static sum => sum.Input),
            CachedInputTokens = group.Sum(static sum => sum.Cached),
            OutputTokens = group.Sum(static sum => sum.Output),
            ReasoningTokens = group.Sum(static sum => sum.Reasoning),
            Price = BookedPrice.InWhole(group.Sum(static sum => sum.Price)),
        })];
        rows.Sort((one, other) => Compare(query, one, other));
        return rows;
    }

    private static DateOnly DayOf(long quarter, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(new DateTime(quarter * Quarter, DateTimeKind.Utc), zone));

    private static int Compare(UsageQuery query, UsageRow one, UsageRow other)
    {
        foreach (var dimension in query.By)
        {
            var order = dimension switch
            {
                UsageDimension.Tenant => string.CompareOrdinal(one.Tenant, other.Tenant),
                UsageDimension.Profile => string.CompareOrdinal(one.ProfileId, other.ProfileId),
                UsageDimension.Workflow => string.CompareOrdinal(one.Workflow, other.Workflow),
                UsageDimension.Model => string.CompareOrdinal(one.Model, other.Model),
                UsageDimension.Token => string.CompareOrdinal(one.TokenId, other.TokenId),
                _ => Nullable.Compare(one.Day, other.Day),
            };
            if (order != 0)
                return order;
        }
        return string.CompareOrdinal(one.Currency, other.Currency);
    }

    private sealed class QuarterSum
    {
        public string? Tenant { get; init; }

        public string? ProfileId { get; init; }

        public string? Profile { get; init; }

        public string? Workflow { get; init; }

        public string? Model { get; init; }

        public string? TokenId { get; init; }

        public long Quarter { get; init; }

        public string? Currency { get; init; }

        public long Runs { get; init; }

        public long Calls { get; init; }

        public long Failed { get; init; }

        public long Estimated { get; init; }

        public long Unpriced { get; init; }

        public long Input { get; init; }

        public long Cached { get; init; }

        public long Output { get; init; }

        public long Reasoning { get; init; }

        public long Price { get; init; }
    }
}
