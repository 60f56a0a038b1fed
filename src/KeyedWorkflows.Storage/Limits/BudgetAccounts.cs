using System.Collections.Concurrent;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Carries what is booked into the accounts of budgets, in the transaction in which it is booked, and tells the meters of this process what all nodes have used. Only what somebody has set a budget for has an account. But for
/// <see cref="Watch"/> it is for the writer of history alone.
/// </summary>
internal sealed class BudgetAccounts(TimeProvider time)
{
    /// <summary>How long after its end a period is kept: what ended in it may be written late.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private static readonly HistoryStatement FindStatement = new(
        "SELECT \"Tokens\", \"Money\" FROM budget_accounts WHERE \"Kind\" = $1 AND \"Subject\" = $2 AND \"Period\" = $3 AND \"Start\" = $4 AND \"Currency\" = $5");

    private static readonly HistoryStatement AddStatement = new(
        "UPDATE budget_accounts SET \"Tokens\" = \"Tokens\" + $6, \"Money\" = \"Money\" + $7 WHERE \"Kind\" = $1 AND \"Subject\" = $2 AND \"Period\" = $3 AND \"Start\" = $4 AND \"Currency\" = $5 RETURNING \"Tokens\", \"Money\"");

    /// <summary>Of each period, the one that had begun last.</summary>
    private static readonly HistoryStatement AddLateStatement = new(
        "UPDATE budget_accounts SET \"Tokens\" = \"Tokens\" + $4, \"Money\" = \"Money\" + CASE WHEN \"Currency\" = $5 THEN $6 ELSE 0 END WHERE \"Kind\" = $1 AND \"Subject\" = $2 AND \"Start\" = "
        + "(SELECT MAX(other.\"Start\") FROM budget_accounts AS other WHERE other.\"Kind\" = $1 AND other.\"Subject\" = $2 AND other.\"Period\" = budget_accounts.\"Period\" AND other.\"Start\" <= $3)");

    private static readonly HistoryStatement TellStatement = new(
        "UPDATE budget_accounts SET \"Told\" = $6 WHERE \"Kind\" = $1 AND \"Subject\" = $2 AND \"Period\" = $3 AND \"Start\" = $4 AND \"Currency\" = $5 AND \"Told\" < $6");

    private readonly ConcurrentDictionary<LimitSubject, Watched[]> watched = new();
    private readonly Dictionary<Watched, BudgetSums> batch = [];
    private readonly Dictionary<Watched, BudgetSums?> totals = [];

    /// <summary>Carries calls of a period into its account from now on, once: a meter that is new takes the place of one that had the period before. The account is opened by <see cref="Open"/>.</summary>
    public void Watch(BudgetMeter meter) => watched.AddOrUpdate(
        meter.Key.Subject,
        static (_, added) => [added],
        (_, known, added) => known.Any(one => one.Meter == added.Meter) ? known : [.. known.Where(one => one.Meter.Key != added.Meter.Key && one.Meter.End > time.GetUtcNow() - Kept), added],
        new Watched(meter));

    /// <summary>What was used up to now: from the account, or, where there is none, from the ledger.</summary>
    public static BudgetSums Open(IHistorySession session, BudgetKey key, DateTimeOffset end)
    {
        session.Serialize("budget " + key.Subject.Id);
        if (session.Read(FindStatement, Sums, Values(key)) is [var present])
            return present;
        var column = key.Subject.Kind == LimitSubjectKind.Profile ? SumOfProfile : SumOfToken;
        var sums = session.Read(column, Sums, key.Currency, key.Subject.Id, key.Start.UtcTicks, end.UtcTicks)[0];
        session.Write(InsertStatement, [.. Values(key), sums.Tokens, sums.Money]);
        return sums;
    }

    /// <summary>Says that the account of a period is there: it was committed.</summary>
    public void Opened(BudgetMeter meter, BudgetSums sums)
    {
        meter.Opened(sums);
        foreach (var one in watched.GetValueOrDefault(meter.Key.Subject, []))
        {
            if (one.Meter == meter)
                one.IsOpen = true;
        }
    }

    /// <summary>Adds a call that a process which is gone had not booked, to whatever accounts there are.</summary>
    public static void Add(IHistorySession session, RunModelCall call)
    {
        var at = (call.StartedAt + call.Duration).UtcTicks;
        if (call.ProfileId is { } profile)
            session.Write(AddLateStatement, NameOf(LimitSubjectKind.Profile), profile, at, call.InputTokens + call.OutputTokens, call.Price?.Currency ?? "", call.Price?.Billionths ?? 0L);
        session.Write(AddLateStatement, NameOf(LimitSubjectKind.Token), call.TokenId, at, call.InputTokens + call.OutputTokens, call.Price?.Currency ?? "", call.Price?.Billionths ?? 0L);
    }

    /// <summary>Notes that a part of a budget was told of.</summary>
    /// <returns>Whether it is the first to say so.</returns>
    public static bool Tell(IHistorySession session, BudgetKey key, int percent) => session.Change(TellStatement, [.. Values(key), percent]) > 0;

    /// <summary>A batch begins, perhaps again.</summary>
    public void Begin()
    {
        batch.Clear();
        totals.Clear();
    }

    /// <summary>A call is booked in this batch.</summary>
    public void Book(RunModelCall call)
    {
        if (watched.IsEmpty)
            return;
        if (call.ProfileId is { } profile)
            Book(new(LimitSubjectKind.Profile, profile), call);
        Book(new(LimitSubjectKind.Token, call.TokenId), call);
    }

    /// <summary>Before the batch is committed: adds what it holds to the accounts that are open.</summary>
    public void Write(IHistorySession session)
    {
        // In one order on every node: two that add to the same accounts do not wait for each other.
        foreach (var (one, sums) in batch.OrderBy(static entry => entry.Key.Order, StringComparer.Ordinal))
            totals[one] = one.IsOpen && session.Read(AddStatement, Sums, [.. Values(one.Meter.Key), sums.Tokens, sums.Money]) is [var total] ? total : null;
    }

    /// <summary>The batch is committed.</summary>
    public void Committed()
    {
        foreach (var (one, total) in totals)
            one.Meter.Committed(batch[one], total);
        Begin();
    }

    private void Book(LimitSubject subject, RunModelCall call)
    {
        if (!watched.TryGetValue(subject, out var meters))
            return;
        var at = call.StartedAt + call.Duration;
        foreach (var one in meters)
        {
            var key = one.Meter.Key;
            if (at < key.Start || at >= one.Meter.End)
                continue;
            var sums = new BudgetSums(call.InputTokens + call.OutputTokens, call.Price is { } price && price.Currency == key.Currency ? price.Billionths : 0);
            batch[one] = batch.GetValueOrDefault(one) + sums;
        }
    }

    private static BudgetSums Sums(System.Data.Common.DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1));

    private static object?[] Values(BudgetKey key) => [NameOf(key.Subject.Kind), key.Subject.Id, key.Period == BudgetPeriod.Day ? "day" : "month", key.Start.UtcTicks, key.Currency];

    private static string NameOf(LimitSubjectKind kind) => kind == LimitSubjectKind.Profile ? "profile" : "token";

    private static readonly HistoryStatement InsertStatement = new(
        "INSERT INTO budget_accounts (\"Kind\", \"Subject\", \"Period\", \"Start\", \"Currency\", \"Tokens\", \"Money\", \"Told\") VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement SumOfProfile = SumBy("ProfileId");

    private static readonly HistoryStatement SumOfToken = SumBy("TokenId");

    private static HistoryStatement SumBy(string column) => new(
        "SELECT CAST(COALESCE(SUM(\"InputTokens\" + \"OutputTokens\"), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN \"Currency\" = $1 THEN \"Price\" ELSE 0 END), 0) AS BIGINT) FROM run_calls "
        + $"WHERE \"{column}\" = $2 AND \"FinishedAt\" >= $3 AND \"FinishedAt\" < $4");

    private sealed class Watched(BudgetMeter meter)
    {
        public BudgetMeter Meter => meter;

        public string Order { get; } = $"{meter.Key.Subject.Kind} {meter.Key.Subject.Id} {meter.Key.Period} {meter.Key.Start.UtcTicks}";

        public bool IsOpen { get; set; }
    }
}
