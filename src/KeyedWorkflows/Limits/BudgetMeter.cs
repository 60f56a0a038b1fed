namespace KeyedWorkflows;

/// <summary>
/// What is used of one period of a budget: what the store has, what calls of this process have used since, and what those under way hold back. Safe for use from several threads: each change is one step.
/// </summary>
/// <param name="key">Which period of which budget it is.</param>
/// <param name="end">When the period ends.</param>
/// <param name="mark">The <see cref="BudgetMark"/> under which it is counted.</param>
internal sealed class BudgetMeter(BudgetKey key, DateTimeOffset end, string? mark)
{
    private static readonly int[] Thresholds = [50, 80, 100];

    private readonly Lock gate = new();
    private BudgetSums booked;
    private BudgetSums ahead;
    private BudgetSums held;
    private (long? Tokens, decimal? Money) toldOf;

    /// <summary>How many of the thresholds were told of.</summary>
    private int told;
    private Task? opening;

    public BudgetKey Key => key;

    public string? Mark => mark;

    /// <summary>When the period ends.</summary>
    public DateTimeOffset End => end;

    /// <summary>Ends when the store has said what was spent before; null until somebody asked.</summary>
    public Task? Opening
    {
        get => Volatile.Read(ref opening);
        set => Volatile.Write(ref opening, value);
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

    /// <summary>What the store had at first.</summary>
    public void Opened(BudgetSums spent)
    {
        lock (gate)
            booked = spent;
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
            return budget.IsSoft || !(used.Tokens >= budget.Tokens || used.Money >= Billionths(budget));
        }
    }

    /// <summary>Gives back what a call held.</summary>
    public void Release(BudgetSums cost)
    {
        lock (gate)
            held -= cost;
    }

    /// <summary>Counts what a call used. The store counts it later: then it is told by <see cref="Committed"/>.</summary>
    public void Spend(BudgetSums used)
    {
        lock (gate)
            ahead += used;
    }

    /// <summary>The store has counted calls of this process.</summary>
    /// <param name="own">What they used.</param>
    /// <param name="total">What the store has now, of all nodes; null where it has not said yet what there was before.</param>
    public void Committed(BudgetSums own, BudgetSums? total)
    {
        lock (gate)
        {
            ahead -= own;

            // What was booked and was not counted here before, such as the call of a process that died, is not owed to this one.
            ahead = new(Math.Max(0, ahead.Tokens), Math.Max(0, ahead.Money));
            booked = total ?? booked;
        }
    }

    /// <summary>Which parts of the budget, in percent, are newly passed. Those of a budget that was changed are told anew.</summary>
    public IReadOnlyList<int> NewlyPassed(Budget budget)
    {
        lock (gate)
        {
            if (toldOf != (budget.Tokens, budget.Money))
                (toldOf, told) = ((budget.Tokens, budget.Money), 0);
            var used = booked + ahead;
            var first = told;
            while (told < Thresholds.Length && Passes(used, budget, Thresholds[told]))
                told++;
            return first == told ? [] : Thresholds[first..told];
        }
    }

    public static long? Billionths(Budget budget) => budget.Money is { } money ? (long)(money * BookedPrice.BillionthsOfWhole) : null;

    private static bool Fits(Budget budget, BudgetSums used) => !(used.Tokens > budget.Tokens || used.Money > Billionths(budget));

    private static bool Passes(BudgetSums used, Budget budget, int percent) => Passes(used.Tokens, budget.Tokens, percent) || Passes(used.Money, Billionths(budget), percent);

    private static bool Passes(long used, long? limit, int percent) => limit is { } most && (Int128)used * 100 >= (Int128)most * percent;
}
