using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;

namespace KeyedWorkflows;

/// <summary>
/// Keeps payers and callers within their limits: a call holds back the most that it may use before it is made, in one step over all of its limits, and what it used is counted when it ends. Whoever has no limits pays a look at two fields.
/// Safe for use from several threads.
/// </summary>
internal sealed class UsageLimiter : IDisposable
{
    /// <summary>How many runs may wait for a place: each waits no longer than it allows itself, and beyond that many nobody would get one in time.</summary>
    private const int MostWaiting = 100_000;

    /// <summary>How long what the store said is gone by: other nodes spend meanwhile.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>How long a store is waited for that has said before what was spent.</summary>
    private static readonly TimeSpan TimeToRefresh = TimeSpan.FromSeconds(1);

    /// <summary>How long is waited before payer and caller are read anew: their limits may be others by then, or they may be revoked.</summary>
    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryRuns = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time;
    private readonly LimitPeriods periods;
    private readonly IUsageBooks? books;
    private readonly int assumedAnswer;
    private readonly long started;
    private long swept;
    private readonly ConcurrentDictionary<LimitSubject, SubjectMeter> meters = new();
    private readonly ConditionalWeakTable<object, LimitedParty> parties = [];

    private readonly PartitionedRateLimiter<StoredProfile> runs = PartitionedRateLimiter.Create<StoredProfile, (string, int)>(static profile => RateLimitPartition.GetConcurrencyLimiter(
        (profile.Id, profile.ConcurrentRuns!.Value), static key => new() { PermitLimit = key.Item2, QueueLimit = MostWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));

    public UsageLimiter(TimeProvider time, UsageLimitOptions options, IUsageBooks? books)
    {
        if (options.AssumedAnswerTokens <= 0)
            throw new InvalidOperationException($"{nameof(UsageLimitOptions)}.{nameof(UsageLimitOptions.AssumedAnswerTokens)} must be above 0.");
        this.time = time;
        this.books = books;
        periods = new(options.Zone);
        assumedAnswer = options.AssumedAnswerTokens;
        started = time.GetTimestamp();
    }

    public int AssumedAnswerTokens => assumedAnswer;

    /// <summary>Of how many payers and callers something is counted.</summary>
    public int MeterCount => meters.Count;

    /// <summary>Time that is never set back.</summary>
    public long Ticks => time.GetElapsedTime(started).Ticks;

    /// <summary>Whether a call has limits at all.</summary>
    public static bool Limits(StoredProfile? payer, RunCaller caller) => payer?.Limits is { IsEmpty: false } || caller.Limits is { IsEmpty: false };

    /// <summary>Holds back what a call may use.</summary>
    /// <param name="payer">Who pays, in the revision that the call uses; null for a key that was given for the run.</param>
    /// <param name="caller">Who calls, as it is now.</param>
    /// <param name="binding">The slot's binding.</param>
    /// <param name="model">The provider's own name of the model.</param>
    /// <param name="size">The most that the call may use.</param>
    /// <param name="patience">How long the run may wait yet.</param>
    /// <param name="cancellationToken">The call's token.</param>
    /// <returns>Null where it has waited: payer and caller may be others by now, and are to be read and asked for anew.</returns>
    /// <exception cref="ModelCallException">A limit is reached, or the store does not say what was spent: the call must not be made.</exception>
    public async ValueTask<CallReservation?> ReserveAsync(
        StoredProfile? payer, RunCaller caller, SlotBinding binding, string model, CallSize size, RunPatience patience, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (one, other) = (PartyOf(payer), PartyOf(caller));
            var now = time.GetUtcNow();
            var asked = await OpenAsync(one, now, time.GetTimestamp(), binding, cancellationToken).ConfigureAwait(false);
            await OpenAsync(other, now, asked, binding, cancellationToken).ConfigureAwait(false);
            var reservation = new CallReservation(this, size, binding.Provider, model);
            if (!TryHold(reservation, one, other, now, out var refusal))
                continue;
            if (refusal is null)
                return reservation;
            reservation.GiveBack();
            if (!patience.TryTake(refusal.Wait))
                throw refusal.ToException(binding);
            await NapAsync(refusal.Wait, patience, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Admits a run: takes its place among those that its payers pay for at once, and looks whether their limits have anything left.</summary>
    /// <param name="binding">Who pays.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="read">Reads both anew, as they are now.</param>
    /// <param name="patience">How long the run may wait.</param>
    /// <param name="cancellationToken">The run's token.</param>
    /// <returns>The place, to be given back when the run has ended; null where nothing is limited.</returns>
    /// <exception cref="WorkflowRunException">A limit is reached, or who pays or calls may not any more: the run must not begin.</exception>
    public async ValueTask<IDisposable?> AdmitAsync(
        RunBinding binding, RunCaller caller, Func<SlotBinding, RunCaller, CancellationToken, ValueTask<CallParties>> read, RunPatience patience, CancellationToken cancellationToken)
    {
        // No place is held while another limit is waited for, and all runs take theirs in one order: two never wait for each other's.
        var places = new RunPlaces();
        SlotBinding[] payers = [.. binding.Slots.Where(static slot => slot.Profile is not null).DistinctBy(static slot => slot.ProfileId).OrderBy(static slot => slot.ProfileId, StringComparer.Ordinal)];
        try
        {
            foreach (var slot in payers)
                await AdmitAsync(new(slot.Profile, caller), parties => PartyOf(parties.Payer), slot, read, patience, cancellationToken).ConfigureAwait(false);
            await AdmitAsync(new(null, caller), parties => PartyOf(parties.Caller), binding.Count > 0 ? binding[0] : null, read, patience, cancellationToken).ConfigureAwait(false);
            foreach (var slot in payers)
            {
                if (await TakePlaceAsync(slot, caller, read, patience, cancellationToken).ConfigureAwait(false) is { } place)
                    places.Add(place);
            }
            return places;
        }
        catch (Exception error)
        {
            places.Dispose();
            if (error is ModelCallException refused)
                throw RefusalOf(refused);
            throw;
        }
    }

    public BookedPrice? PriceOf(string provider, string model, string? modelAnswered, in RunUsage usage, DateTimeOffset at) => books?.PriceOf(provider, model, modelAnswered, usage, at);

    public BudgetMeter MeterOf(LimitedParty party, BudgetPeriod period, Budget budget, DateTimeOffset now)
    {
        var meter = party.Meter.MeterOf(period, budget, periods, now);

        // A call that ended after midnight begins the next day where nobody has.
        if (books is not null && meter.IsNew)
            _ = OpenAsync(meter, party);
        return meter;
    }

    /// <summary>Tells of parts of a budget that are used, in percent.</summary>
    public void Tell(LimitedParty party, BudgetMeter meter, Budget budget, IReadOnlyList<int> passed)
    {
        foreach (var percent in passed)
            books?.Tell(new(meter.Key, party.Name, party.Tenant, percent, budget, meter.Spent, meter.End));
    }

    public void Dispose() => runs.Dispose();

    /// <returns>False where a meter was retired just now: it has to be asked for anew.</returns>
    private bool TryHold(CallReservation reservation, LimitedParty? one, LimitedParty? other, DateTimeOffset now, out LimitRefusal? refusal)
    {
        refusal = null;

        // Always in this order: payers before callers.
        if (one is null || other is null)
        {
            var only = (one ?? other)!;
            lock (only.Meter.Gate)
            {
                if (only.Meter.IsRetired)
                    return false;
                refusal = HoldMinute(reservation, only, null) ?? HoldBudgets(reservation, only, now);
                return true;
            }
        }
        lock (one.Meter.Gate)
        {
            lock (other.Meter.Gate)
            {
                if (one.Meter.IsRetired || other.Meter.IsRetired)
                    return false;
                refusal = HoldMinute(reservation, one, other) ?? HoldBudgets(reservation, one, now) ?? HoldBudgets(reservation, other, now);
                return true;
            }
        }
    }

    private LimitRefusal? HoldMinute(CallReservation reservation, LimitedParty one, LimitedParty? other)
    {
        var ticks = Ticks;
        var cost = reservation.Size.Total;
        if ((one.Meter.FirstRefusal(one.Limits, one.Whose, cost, ticks) ?? other?.Meter.FirstRefusal(other.Limits, other.Whose, cost, ticks)) is { } refusal)
            return refusal;
        Take(one);
        if (other is not null)
            Take(other);
        return null;

        void Take(LimitedParty party)
        {
            var held = party.Limits.TokensPerMinute is { } limit ? Math.Min(cost, limit) : cost;
            reservation.Holds(party, party.Meter.Take(held, ticks), held);
        }
    }

    private LimitRefusal? HoldBudgets(CallReservation reservation, LimitedParty party, DateTimeOffset now) =>
        HoldBudget(reservation, party, BudgetPeriod.Day, party.Limits.Day, now) ?? HoldBudget(reservation, party, BudgetPeriod.Month, party.Limits.Month, now);

    private LimitRefusal? HoldBudget(CallReservation reservation, LimitedParty party, BudgetPeriod period, Budget? budget, DateTimeOffset now)
    {
        if (budget is null)
            return null;
        var meter = MeterOf(party, period, budget, now);
        var cost = CostOf(reservation, budget, now);
        switch (meter.TryHold(budget, cost))
        {
            case BudgetRoom.Spent:
                return LimitRefusal.Spent(party.Whose, period, meter.End - now);
            case BudgetRoom.HeldByOthers:
                return LimitRefusal.HeldByOthers(party.Whose, period);
            default:
                reservation.Holds(party, meter, budget, cost);
                return null;
        }
    }

    private static BudgetSums CostOf(CallReservation reservation, Budget budget, DateTimeOffset now) =>
        new(reservation.Size.Total, budget.Money is not null && reservation.PriceAt(now) is { } price && price.Currency == budget.Currency ? price.Billionths : 0);

    private async ValueTask AdmitAsync(
        CallParties parties, Func<CallParties, LimitedParty?> find, SlotBinding? binding, Func<SlotBinding, RunCaller, CancellationToken, ValueTask<CallParties>> read, RunPatience patience, CancellationToken cancellationToken)
    {
        while (find(parties) is { } party)
        {
            var now = time.GetUtcNow();
            await OpenAsync(party, now, time.GetTimestamp(), binding, cancellationToken).ConfigureAwait(false);
            if (FirstRefusal(party, now) is not { } refusal)
                return;
            if (!patience.TryTake(refusal.Wait))
                throw refusal.ToRunException(binding, isOfPayer: party.Meter.Subject.Kind == LimitSubjectKind.Profile);
            await NapAsync(refusal.Wait, patience, cancellationToken).ConfigureAwait(false);
            if (binding is not null)
                parties = await read(binding, parties.Caller, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What was found out of payer or caller, as a run is told that has not begun.</summary>
    private static WorkflowRunException RefusalOf(ModelCallException error) => new(error.Code, error.Message)
    {
        Slot = error.Binding?.Slot, Profile = error.Binding?.ProfileName, RefusedPayer = RefusedPayer.Of(error.Binding?.Profile), IsOfCaller = error.IsOfCaller,
    };

    /// <summary>Waits for a part of what was taken of the run's patience, and gives the rest back.</summary>
    private async Task NapAsync(TimeSpan wait, RunPatience patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            await Task.Delay(wait < LongestNap ? wait : LongestNap, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (time.GetElapsedTime(began) is var waited && waited < wait)
                patience.GiveBack(wait - waited);
        }
    }

    private LimitRefusal? FirstRefusal(LimitedParty party, DateTimeOffset now)
    {
        lock (party.Meter.Gate)
        {
            if (party.Meter.FirstRefusal(party.Limits, party.Whose, 1, Ticks) is { } refusal)
                return refusal;
        }
        foreach (var (period, budget) in party.Budgets)
        {
            var meter = MeterOf(party, period, budget, now);
            if (!meter.HasRest(budget))
                return LimitRefusal.Spent(party.Whose, period, meter.End - now);
        }
        return null;
    }

    /// <summary>Takes a place among the runs that a profile pays for at once, of which there are as many as it says by then.</summary>
    /// <returns>Null where it does not limit them any more.</returns>
    private async ValueTask<IDisposable?> TakePlaceAsync(
        SlotBinding slot, RunCaller caller, Func<SlotBinding, RunCaller, CancellationToken, ValueTask<CallParties>> read, RunPatience patience, CancellationToken cancellationToken)
    {
        var payer = slot.Profile;
        while (payer is { ConcurrentRuns: { } most })
        {
            var place = runs.AttemptAcquire(payer);
            if (place.IsAcquired)
                return place;
            place.Dispose();

            // It stays in the queue while payer and caller are read anew: nobody who came later is before it.
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var turn = patience.Rest > TimeSpan.Zero ? runs.AcquireAsync(payer, 1, over.Token).AsTask() : Task.FromResult(place);
            var isTaken = false;
            try
            {
                while (payer?.ConcurrentRuns == most)
                {
                    isTaken = await IsTurnAsync(turn, patience, cancellationToken).ConfigureAwait(false);
                    if (isTaken)
                        return turn.Result;
                    if (turn.IsCompleted ? !turn.Result.IsAcquired : patience.Rest <= TimeSpan.Zero)
                        throw LimitRefusal.Runs($"profile '{payer.Name}'", most, RetryRuns).ToRunException(slot, isOfPayer: true);
                    payer = (await read(slot, caller, cancellationToken).ConfigureAwait(false)).Payer;
                }
            }
            finally
            {
                if (!isTaken)
                    await LeaveAsync(turn, over).ConfigureAwait(false);
            }
        }
        return null;
    }

    /// <summary>Waits for a turn, for as long as the run may wait, or until payer and caller are to be read anew.</summary>
    private async Task<bool> IsTurnAsync(Task<RateLimitLease> turn, RunPatience patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            return (await turn.WaitAsync(patience.Rest < LongestNap ? patience.Rest : LongestNap, time, cancellationToken).ConfigureAwait(false)).IsAcquired;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            patience.Take(time.GetElapsedTime(began));
        }
    }

    /// <summary>Leaves the queue, and gives the place to others where it has come meanwhile.</summary>
    private static async Task LeaveAsync(Task<RateLimitLease> turn, CancellationTokenSource over)
    {
        await over.CancelAsync().ConfigureAwait(false);
        try
        {
            (await turn.ConfigureAwait(false)).Dispose();
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    /// <returns>The moment by which it is judged how fresh the next is: the one that was given, or a later one where the store was asked meanwhile, which takes its time.</returns>
    private async ValueTask<long> OpenAsync(LimitedParty? party, DateTimeOffset now, long asked, SlotBinding? binding, CancellationToken cancellationToken)
    {
        if (party is null || books is null)
            return asked;
        if (party.Limits.Day is { } day)
            asked = await OpenAsync(party, BudgetPeriod.Day, day, now, asked, binding, cancellationToken).ConfigureAwait(false);
        if (party.Limits.Month is { } month)
            asked = await OpenAsync(party, BudgetPeriod.Month, month, now, asked, binding, cancellationToken).ConfigureAwait(false);
        return asked;
    }

    private async ValueTask<long> OpenAsync(LimitedParty party, BudgetPeriod period, Budget budget, DateTimeOffset now, long asked, SlotBinding? binding, CancellationToken cancellationToken)
    {
        var meter = party.Meter.MeterOf(period, budget, periods, now);
        if (!meter.IsOpen(party.BudgetMark))
            await OpenLaterAsync(meter, party, binding, cancellationToken).ConfigureAwait(false);
        else if (time.GetElapsedTime(meter.HeardAt, asked) >= Fresh)
            await RefreshAsync(meter, cancellationToken).ConfigureAwait(false);
        else
            return asked;
        return time.GetTimestamp();
    }

    private async Task RefreshAsync(BudgetMeter meter, CancellationToken cancellationToken)
    {
        try
        {
            await meter.RefreshAsync(books!.OpenAsync).WaitAsync(TimeToRefresh, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WorkflowRunException or TimeoutException)
        {
            // A store that is away does not stop calls whose budget it told of before: this node's own are counted all the same.
            meter.GoOn(time.GetTimestamp());
        }
    }

    private async Task OpenLaterAsync(BudgetMeter meter, LimitedParty party, SlotBinding? binding, CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(meter, party).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (WorkflowRunException error)
        {
            throw new ModelCallException(error.Code, error.Message) { Binding = binding };
        }
    }

    private Task OpenAsync(BudgetMeter meter, LimitedParty party) => meter.OpenAsync(party.BudgetMark, books!.OpenAsync);

    private LimitedParty? PartyOf(StoredProfile? payer) => payer?.Limits is not { IsEmpty: false } limits
        ? null
        : PartyOf(payer, new(LimitSubjectKind.Profile, payer.Id), limits, payer.BudgetMark, payer.Name, payer.Tenant);

    private LimitedParty? PartyOf(RunCaller caller) => caller.Limits is not { IsEmpty: false } limits
        ? null
        : PartyOf(caller, new(LimitSubjectKind.Token, caller.Name), limits, caller.BudgetMark, caller.Name, caller.PinnedTenant);

    /// <summary>Made once for each state of a profile or token.</summary>
    private LimitedParty PartyOf(object state, LimitSubject subject, UsageLimits limits, string? mark, string name, string? tenant)
    {
        if (parties.TryGetValue(state, out var known) && !known.Meter.IsRetired)
            return known;
        Sweep();
        var party = new LimitedParty(meters.GetOrAdd(subject, static (subject, ticks) => new(subject, ticks), Ticks), limits, mark, name, tenant);
        parties.AddOrUpdate(state, party);
        return party;
    }

    /// <summary>Forgets now and then whose limits were not asked for in an hour: their minute is over, and what they spent is in the store.</summary>
    private void Sweep()
    {
        var (now, last) = (Ticks, Volatile.Read(ref swept));
        if (books is null || now - last < TimeSpan.TicksPerHour || Interlocked.CompareExchange(ref swept, now, last) != last)
            return;
        foreach (var (subject, meter) in meters)
        {
            if (meter.TryRetire(now - TimeSpan.TicksPerHour))
                meters.TryRemove(KeyValuePair.Create(subject, meter));
        }
    }
}
