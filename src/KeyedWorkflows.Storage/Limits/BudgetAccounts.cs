using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Carries what is booked into the accounts of budgets, in the transaction in which it is booked, and tells the meters of this process what all nodes have used. Only what somebody has set a budget for has an account. What is in doubt is
/// summed up from the ledger, which is the truth: an account is what saves doing so with each call. But for <see cref="Watch"/> it is for the writer of history alone.
/// </summary>
internal sealed class BudgetAccounts(TimeProvider time)
{
    /// <summary>How long after its end a period is kept: what ended in it may be written late.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>How long an account is taken as it is while other nodes may not have heard of its budget yet, or had calls under way that nobody counted.</summary>
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(10);

    /// <summary>The same where nobody knows since when there is a budget, such as one of the configuration.</summary>
    private static readonly TimeSpan Unmarked = TimeSpan.FromMinutes(10);

    /// <summary>A call that began so long after a budget was set knew of it, however clocks differ: half of the time that <see cref="BudgetMark"/> gives a change to be known everywhere. One of less age began since.</summary>
    private static readonly TimeSpan Heard = TimeSpan.FromMinutes(5);

    /// <summary>More than any period is long.</summary>
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(32);

    private const string Account = "\"Kind\" = $1 AND \"Subject\" = $2 AND \"Period\" = $3 AND \"Start\" = $4 AND \"Currency\" = $5";

    private static readonly HistoryStatement InsertStatement = new(
        "INSERT INTO budget_accounts (\"Kind\", \"Subject\", \"Period\", \"Start\", \"Currency\", \"Tokens\", \"Money\", \"Told\") VALUES ($1, $2, $3, $4, $5, 0, 0, 0) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement SetStatement = new($"UPDATE budget_accounts SET \"Tokens\" = $6, \"Money\" = $7, \"Mark\" = $8 WHERE {Account}");

    /// <summary>It takes the account for this transaction, too: who adds to it meanwhile waits, and what they had added before is seen from here on.</summary>
    private static readonly HistoryStatement AddStatement = new(
        $"UPDATE budget_accounts SET \"Tokens\" = \"Tokens\" + $6, \"Money\" = \"Money\" + $7 WHERE {Account} RETURNING \"Tokens\", \"Money\", \"Mark\"");

    private static readonly HistoryStatement AccountsOfSubject = new(
        "SELECT \"Period\", \"Start\", \"Currency\", \"Mark\" FROM budget_accounts WHERE \"Kind\" = $1 AND \"Subject\" = $2 AND \"Start\" > $3 AND \"Start\" <= $4");

    /// <summary>Whoever keeps the account sums it up anew.</summary>
    private static readonly HistoryStatement DoubtStatement = new($"UPDATE budget_accounts SET \"Mark\" = $6 WHERE {Account}");

    private static readonly HistoryStatement TellStatement = new(
        $"UPDATE budget_accounts SET \"Told\" = $6, \"ToldOf\" = $7 WHERE {Account} AND (\"Told\" < $6 OR \"ToldOf\" IS NULL OR \"ToldOf\" <> $7)");

    private static readonly HistoryStatement SumOfProfile = SumBy("ProfileId");

    private static readonly HistoryStatement SumOfToken = SumBy("TokenId");

    private readonly ConcurrentDictionary<LimitSubject, Watched[]> watched = new();
    private DateTimeOffset sweptAt = time.GetUtcNow();

    // Of the batch that is being written. In one order on every node: two that take the same accounts do not wait for each other.
    private readonly SortedDictionary<Watched, BudgetSums> batch = new(Comparer<Watched>.Create(static (one, other) => string.CompareOrdinal(one.Order, other.Order)));
    private readonly Dictionary<LimitSubject, LateCalls> late = [];
    private readonly HashSet<Watched> opening = [];
    private readonly HashSet<Watched> inDoubt = [];
    private readonly List<NoteBudget> notes = [];
    private readonly Dictionary<Watched, BudgetSums?> totals = [];

    /// <summary>Carries calls of a period into its account from now on, once: a meter that is new takes the place of one that had the period before.</summary>
    public void Watch(BudgetMeter meter)
    {
        var now = time.GetUtcNow();
        watched.AddOrUpdate(
            meter.Key.Subject,
            static (_, added) => [added],
            (_, known, added) => known.Any(one => one.Meter == added.Meter) ? known : [.. known.Where(one => one.Meter.Key != added.Meter.Key && one.Meter.End > now - Kept), added],
            new Watched(meter));
    }

    /// <summary>Opens an account in this batch, once all of it is written: what it holds, and what was used before, is in the account then.</summary>
    public void Open(BudgetMeter meter)
    {
        // Another may have taken its place meanwhile, while somebody still goes by it.
        Watch(meter);
        foreach (var one in watched.GetValueOrDefault(meter.Key.Subject, []))
        {
            if (one.Meter != meter)
                continue;
            opening.Add(one);
            batch.TryAdd(one, default);
        }
    }

    /// <summary>Notes in this batch that a part of a budget is used, when it is the turn of its account: out of their order, two nodes would wait for each other.</summary>
    public void Note(NoteBudget note) => notes.Add(note);

    /// <summary>Notes that a part of a budget was told of.</summary>
    /// <returns>Whether it is the first to say so.</returns>
    public static bool Tell(IHistorySession session, BudgetNotice notice)
    {
        // Nobody may have opened it yet.
        session.Write(InsertStatement, Values(notice.Key));
        return session.Change(TellStatement, [.. Values(notice.Key), notice.Percent, string.Create(CultureInfo.InvariantCulture, $"{notice.Budget.Tokens} {notice.Budget.Money}")]) > 0;
    }

    /// <summary>A batch begins, perhaps again.</summary>
    public void Begin()
    {
        batch.Clear();
        late.Clear();
        opening.Clear();
        totals.Clear();
        notes.Clear();
        foreach (var one in inDoubt)
            batch.TryAdd(one, default);
    }

    /// <summary>A call is booked in this batch.</summary>
    public void Book(RunModelCall call)
    {
        // It may have begun before its payer had a budget: whoever keeps that has long taken all such calls to have ended.
        if (time.GetUtcNow() - call.StartedAt > Heard)
            BookLate(call, isCounted: true);
        if (watched.IsEmpty)
            return;
        if (call.ProfileId is { } profile)
            Book(new(LimitSubjectKind.Profile, profile), call);
        Book(new(LimitSubjectKind.Token, call.TokenId), call);
    }

    /// <summary>A call is booked in this batch that a process which is gone had not: whatever accounts it belongs to, whoever keeps them, are summed up anew.</summary>
    public void BookLate(RunModelCall call) => BookLate(call, isCounted: false);

    /// <summary>Before the batch is committed: adds what it holds to the accounts that are open, and opens others.</summary>
    public void Write(IHistorySession session)
    {
        // All accounts, those in doubt and those with notes too, are taken in one order: two nodes that took them in another would wait for each other.
        var steps = new SortedDictionary<string, Step>(StringComparer.Ordinal);
        foreach (var (subject, calls) in late)
        {
            foreach (var account in FindDoubted(session, subject, calls))
                StepOf(OrderOf(account)).Doubted = account;
        }
        foreach (var one in batch.Keys)
            StepOf(one.Order).Watched = one;
        foreach (var note in notes)
            StepOf(OrderOf(note.Notice.Key)).Notes.Add(note);
        foreach (var step in steps.Values)
        {
            if (step.Doubted is { } doubted)
                session.Write(DoubtStatement, [.. doubted, BudgetMark.New(time.GetUtcNow())]);
            if (step.Watched is { } one)
                totals[one] = one.IsOpen || opening.Contains(one) ? Add(session, one, batch[one]) : null;
            foreach (var note in step.Notes)
                note.Tell(session);
        }

        Step StepOf(string order)
        {
            if (!steps.TryGetValue(order, out var step))
                steps.Add(order, step = new Step());
            return step;
        }
    }

    /// <summary>Nobody knows whether the batch was committed: its accounts are summed up again.</summary>
    public void Doubt() => inDoubt.UnionWith(batch.Keys);

    /// <summary>The batch is committed.</summary>
    public void Committed()
    {
        var now = time.GetTimestamp();
        foreach (var (one, total) in totals)
        {
            one.Meter.Committed(batch[one], total, now);
            one.IsOpen |= opening.Contains(one);
        }
        inDoubt.Clear();
        Begin();
        Sweep();
    }

    /// <summary>Of how many profiles and tokens calls are carried into accounts.</summary>
    public int Count => watched.Count;

    /// <summary>Forgets now and then those whose periods have all ended: a token that lived for a day had accounts, and nobody asks for them any more.</summary>
    private void Sweep()
    {
        var now = time.GetUtcNow();
        if (now - sweptAt < Kept)
            return;
        sweptAt = now;
        foreach (var subject in watched)
        {
            if (subject.Value.All(one => one.Meter.End <= now - Kept))
                watched.TryRemove(subject);
        }
    }

    /// <summary>What was used up to now, with what this batch holds: from the account, where it was kept all the time, or from the ledger.</summary>
    private BudgetSums? Add(IHistorySession session, Watched one, BudgetSums own)
    {
        var key = one.Meter.Key;
        if (opening.Contains(one))
            session.Write(InsertStatement, Values(key));
        if (session.Read(AddStatement, static row => (Sums: Sums(row), Mark: row.IsDBNull(2) ? null : row.GetString(2)), [.. Values(key), own.Tokens, own.Money]) is not [var account])
            return null;
        var now = time.GetUtcNow();
        var isKept = account.Mark is not null ? account.Mark == one.Meter.Mark
            : one.IsOpen && one.SummedUnder == one.Meter.Mark && one.Mark is null && now - one.SummedAt < (one.Meter.Mark is null ? Unmarked : Unsettled);
        if (!isKept || inDoubt.Contains(one))
        {
            (one.SummedAt, one.SummedUnder) = (now, one.Meter.Mark);
            var sum = session.Read(key.Subject.Kind == LimitSubjectKind.Profile ? SumOfProfile : SumOfToken, Sums, key.Currency, key.Subject.Id, key.Start.UtcTicks, one.Meter.End.UtcTicks)[0];
            account = (sum, BudgetMark.IsKnownEverywhere(one.Meter.Mark, now) ? one.Meter.Mark : null);
            session.Write(SetStatement, [.. Values(key), sum.Tokens, sum.Money, account.Mark]);
        }
        one.Mark = account.Mark;
        return account.Sums;
    }

    private void Book(LimitSubject subject, RunModelCall call)
    {
        foreach (var one in Watching(subject, call))
        {
            var price = call.Price is { } known && known.Currency == one.Meter.Key.Currency ? known.Billionths : 0;
            batch[one] = batch.GetValueOrDefault(one) + new BudgetSums(call.InputTokens + call.OutputTokens, price);
        }
    }

    private void BookLate(RunModelCall call, bool isCounted)
    {
        if (call.ProfileId is { } profile)
            BookLate(new(LimitSubjectKind.Profile, profile), call, isCounted);
        BookLate(new(LimitSubjectKind.Token, call.TokenId), call, isCounted);
    }

    private void BookLate(LimitSubject subject, RunModelCall call, bool isCounted)
    {
        var one = new LateCalls(call.StartedAt, call.StartedAt + call.Duration, isCounted);
        late[subject] = late.TryGetValue(subject, out var others) ? others.With(one) : one;

        // Whoever keeps it here hears of it.
        foreach (var watching in Watching(subject, call))
            batch.TryAdd(watching, default);
    }

    /// <summary>The accounts that late calls belong to, but for those of a budget of which the calls knew when they began, so that they are carried into its account like all others.</summary>
    private static List<object?[]> FindDoubted(IHistorySession session, LimitSubject subject, LateCalls calls)
    {
        var kind = NameOf(subject.Kind);
        var accounts = session.Read(
            AccountsOfSubject,
            row => (Key: (object?[])[kind, subject.Id, row.GetString(0), row.GetInt64(1), row.GetString(2)], Mark: row.IsDBNull(3) ? null : row.GetString(3)),
            kind,
            subject.Id,
            (calls.Since - LongestPeriod).UtcTicks,
            calls.Until.UtcTicks);
        return [.. accounts.Where(account => !calls.AreCounted || BudgetMark.MadeAt(account.Mark) + Heard > calls.Since).Select(static account => account.Key)];
    }

    private IEnumerable<Watched> Watching(LimitSubject subject, RunModelCall call)
    {
        var at = call.StartedAt + call.Duration;
        return watched.GetValueOrDefault(subject, []).Where(one => at >= one.Meter.Key.Start && at < one.Meter.End);
    }

    private static BudgetSums Sums(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1));

    private static object?[] Values(BudgetKey key) => [NameOf(key.Subject.Kind), key.Subject.Id, NameOf(key.Period), key.Start.UtcTicks, key.Currency];

    private static string NameOf(LimitSubjectKind kind) => kind == LimitSubjectKind.Profile ? "profile" : "token";

    private static string NameOf(BudgetPeriod period) => period == BudgetPeriod.Day ? "day" : "month";

    private static HistoryStatement SumBy(string column) => new(
        "SELECT CAST(COALESCE(SUM(\"InputTokens\" + \"OutputTokens\"), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN \"Currency\" = $1 THEN \"Price\" ELSE 0 END), 0) AS BIGINT) FROM run_calls "
        + $"WHERE \"{column}\" = $2 AND \"FinishedAt\" >= $3 AND \"FinishedAt\" < $4");

    private static string OrderOf(BudgetKey key) => OrderOf(Values(key));

    private static string OrderOf(object?[] account) => string.Join(' ', account);

    /// <summary>Calls that are booked late.</summary>
    /// <param name="Since">When the first began.</param>
    /// <param name="Until">When the last ended.</param>
    /// <param name="AreCounted">Whether the process that made them carries them into the accounts of all budgets that it knew of.</param>
    private readonly record struct LateCalls(DateTimeOffset Since, DateTimeOffset Until, bool AreCounted)
    {
        public LateCalls With(LateCalls other) => new(Since < other.Since ? Since : other.Since, Until > other.Until ? Until : other.Until, AreCounted && other.AreCounted);
    }

    /// <summary>All that a batch does to one account.</summary>
    private sealed class Step
    {
        public object?[]? Doubted { get; set; }

        public Watched? Watched { get; set; }

        public List<NoteBudget> Notes { get; } = [];
    }

    private sealed class Watched(BudgetMeter meter)
    {
        public BudgetMeter Meter => meter;

        /// <summary>As an index of the accounts has them.</summary>
        public string Order { get; } = OrderOf(meter.Key);

        public bool IsOpen { get; set; }

        /// <summary>When it was summed up last.</summary>
        public DateTimeOffset SummedAt { get; set; } = DateTimeOffset.MinValue;

        /// <summary>The meter's own mark then: a budget that was set anew may have been off in between.</summary>
        public string? SummedUnder { get; set; }

        /// <summary>What its account was marked with when it was last seen: whoever changes that doubts the account.</summary>
        public string? Mark { get; set; }
    }
}
