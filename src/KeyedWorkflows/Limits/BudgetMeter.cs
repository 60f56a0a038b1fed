namespace KeyedWorkflows;

/// <summary>
/// What is used of one period of a budget: what the store has, what calls of this process have used since, and what those under way hold back. Safe for use from several threads: each change is one step.
/// </summary>
/// <param name="key">Which period of which budget it is.</param>
/// <param name="end">When the period ends.</param>
internal sealed class BudgetMeter(BudgetKey key, DateTimeOffset end)
{
    private static readonly int[] Thresholds = [50, 80, 100];

    private readonly Lock gate = new();
    private BudgetSums booked;
    private BudgetSums ahead;
    private BudgetSums held;

    /// <summary>How many of the thresholds were told of, of each size that the budget has had.</summary>
    private readonly Dictionary<(long? Tokens, decimal? Money), int> told = [];
    private string? mark;
    private Task? opening;
    private Task? refreshing;
    private long heardAt;

    public BudgetKey Key => key;

    /// <summary>The <see cref="BudgetMark"/> under which it was opened last.</summary>
    public string? Mark => Volatile.Read(ref mark);

    /// <summary>When the period ends.</summary>
    public DateTimeOffset End => end;

    /// <summary>Whether nobody has asked the store yet.</summary>
    public bool IsNew => Volatile.Read(ref opening) is null;

    /// <summary>Whether the store has said what was spent before, under a mark.</summary>
    // In this order: the opening of a mark is there before the mark is.
    public bool IsOpen(string? under) => Mark == under && Volatile.Read(ref opening) is { IsCompletedSuccessfully: true };

    /// <summary>When the store has said last what all nodes have used, as a timestamp of the clock.</summary>
    public long HeardAt => Volatile.Read(ref heardAt);

    /// <summary>Goes by what is known for another while: the store did not answer.</summary>
    public void GoOn(long now) => Volatile.Write(ref heardAt, now);

    /// <summary>Asks the store, once for each mark, what was spent before. Where it did not answer, the next one asks again. What is counted and held back meanwhile stays.</summary>
    /// <param name="under">The mark under which it is opened.</param>
    /// <param name="open">Asks the store.</param>
    public Task OpenAsync(string? under, Func<BudgetMeter, Task> open)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (opening is { IsFaulted: false } && mark == under)
                return opening;
            Volatile.Write(ref opening, asked.Task);
            Volatile.Write(ref mark, under);
        }
        _ = AskAsync(asked, open);
        return asked.Task;
    }

    /// <summary>Asks the store anew what all nodes have used, once for all who want to know.</summary>
    /// <param name="open">Asks the store.</param>
    public Task RefreshAsync(Func<BudgetMeter, Task> open)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (refreshing is { IsCompleted: false })
                return refreshing;
            refreshing = asked.Task;
        }
        _ = AskAsync(asked, open);
        return asked.Task;
    }

    /// <summary>What was used, without what is held back.</summary>
    public BudgetSums Spent
    {
        get
        {
            lock (gate)
                return booked + ahead;
        }
    }

    /// <summary>Whether a call under way holds something back.</summary>
    public bool IsHeld
    {
        get
        {
            lock (gate)
                return held != default;
        }
    }

    /// <summary>Holds back what a call may cost, where there is room for it.</summary>
    public BudgetRoom TryHold(Budget budget, BudgetSums cost)
    {
        lock (gate)
        {
            var used = booked + ahead;
            if (!budget.IsSoft && !Fits(budget, used + cost))
                return BudgetRoom.Spent;
            if (!budget.IsSoft && !Fits(budget, used + held + cost))
                return BudgetRoom.HeldByOthers;
            held += cost;
            return BudgetRoom.Held;
        }
    }

    /// <summary>Whether something is left, but for what is held back.</summary>
    public bool HasRest(Budget budget)
    {
        lock (gate)
        {
            var used = booked + ahead;
            return budget.IsSoft || !(used.Tokens >= budget.Tokens || used.Money >= budget.Billionths);
        }
    }

    /// <summary>Gives back what a call held.</summary>
    public void Release(BudgetSums cost)
    {
        lock (gate)
            held -= cost;
    }

    /// <summary>Counts what a call used, and gives back what it held, in one step. The store counts it later: then it is told by <see cref="Committed"/>.</summary>
    /// <param name="used">What it used.</param>
    /// <param name="heldBack">What it held of this period: nothing where it began in the one before.</param>
    /// <param name="budget">The budget.</param>
    /// <returns>Which parts of the budget, in percent, are newly passed. Those of a budget that was changed are told anew.</returns>
    public IReadOnlyList<int> Settle(BudgetSums used, BudgetSums heldBack, Budget budget)
    {
        lock (gate)
        {
            ahead += used;
            held -= heldBack;
            return NewlyPassed(budget);
        }
    }

    /// <summary>The store has counted calls of this process.</summary>
    /// <param name="own">What they used.</param>
    /// <param name="total">What the store has now, of all nodes; null where it has not said yet what there was before.</param>
    /// <param name="at">When it has said so, as a timestamp of the clock.</param>
    public void Committed(BudgetSums own, BudgetSums? total, long at)
    {
        lock (gate)
        {
            ahead -= own;

            // What was booked and was not counted here before, such as the call of a process that died, is not owed to this one.
            ahead = new(Math.Max(0, ahead.Tokens), Math.Max(0, ahead.Money));
            booked = total ?? booked;
            if (total is not null)
                Volatile.Write(ref heardAt, at);
        }
    }

    /// <summary>The gate is held.</summary>
    private int[] NewlyPassed(Budget budget)
    {
        var used = booked + ahead;
        if (!Passes(used, budget, Thresholds[0]))
            return [];
        var size = (budget.Tokens, budget.Money);
        var first = told.GetValueOrDefault(size);
        var next = first;
        while (next < Thresholds.Length && Passes(used, budget, Thresholds[next]))
            next++;
        if (first == next)
            return [];
        told[size] = next;
        return Thresholds[first..next];
    }

    private async Task AskAsync(TaskCompletionSource asked, Func<BudgetMeter, Task> open)
    {
        try
        {
            await open(this).ConfigureAwait(false);
            asked.SetResult();
        }
        catch (Exception error)
        {
            asked.SetException(error);

            // Nobody may be waiting any more.
            _ = asked.Task.Exception;
        }
    }

    private static bool Fits(Budget budget, BudgetSums used) => !(used.Tokens > budget.Tokens || used.Money > budget.Billionths);

    private static bool Passes(BudgetSums used, Budget budget, int percent) => Passes(used.Tokens, budget.Tokens, percent) || Passes(used.Money, budget.Billionths, percent);

    private static bool Passes(long used, long? limit, int percent) => limit is { } most && (Int128)used * 100 >= (Int128)most * percent;
}
