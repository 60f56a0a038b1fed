namespace KeyedWorkflows;

/// <summary>
/// What is used of one period of a budget: what the store has, what calls of this process have used since, and what those under way hold back. Safe for use from several threads: each change is one step.
/// </summary>
internal sealed class BudgetMeter(BudgetKey key, DateTimeOffset end)
{
    private static readonly int[] Thresholds = [50, 80, 100];

    private readonly Lock gate = new();
    private BudgetSums booked;
    private BudgetSums ahead;
    private BudgetSums held;
    private int told;
    private Task? opening;

    public BudgetKey Key => key;

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

    /// <summary>What calls under way hold back.</summary>
    public BudgetSums Held
    {
        get
        {
            lock (gate)
                return held;
        }
    }

    /// <summary>What the store had at first.</summary>
    public void Opened(BudgetSums spent)
    {
        lock (gate)
            booked = spent;
    }

    /// <summary>Holds back what a call may cost, unless the budget does not have it.</summary>
    public bool TryHold(Budget budget, BudgetSums cost)
    {
        lock (gate)
        {
            var used = booked + ahead + held;
            if (!budget.IsSoft && (used.Tokens + cost.Tokens > budget.Tokens || used.Money + cost.Money > Billionths(budget)))
                return false;
            held += cost;
            return true;
        }
    }

    /// <summary>Whether something is left.</summary>
    public bool HasRest(Budget budget)
    {
        lock (gate)
        {
            var used = booked + ahead + held;
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

    /// <summary>Which part of the budget is newly passed; 0 where none is.</summary>
    public int NewlyPassed(Budget budget)
    {
        lock (gate)
        {
            var used = booked + ahead;
            var passed = 0;
            foreach (var threshold in Thresholds)
            {
                if (Passes(used.Tokens, budget.Tokens, threshold) || Passes(used.Money, Billionths(budget), threshold))
                    passed = threshold;
            }
            if (passed <= told)
                return 0;
            told = passed;
            return passed;
        }
    }

    public static long? Billionths(Budget budget) => budget.Money is { } money ? (long)(money * BookedPrice.BillionthsOfWhole) : null;

    private static bool Passes(long used, long? limit, int percent) => limit is { } most && (Int128)used * 100 >= (Int128)most * percent;
}
