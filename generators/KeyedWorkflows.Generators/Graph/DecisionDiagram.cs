namespace KeyedWorkflows.Generators.Graph;

/// <summary>
/// Boolean formulas as reduced, ordered decision diagrams: two formulas that mean the same are the same number, so "always", "never" and "never both" are exact answers.
/// </summary>
/// <remarks>
/// The work is bounded, because formulas come from the user's code: an operation past the bound answers <see cref="Unknown"/>, and what hangs on that is unknown too. One operation has a bound of
/// its own, so that an entangled part does not hide what can be known of the rest.
/// </remarks>
internal sealed class DecisionDiagram
{
    /// <summary>The formula that never holds.</summary>
    public const int False = 0;

    /// <summary>The formula that always holds.</summary>
    public const int True = 1;

    /// <summary>Not known: the bound is reached.</summary>
    public const int Unknown = -1;

    /// <summary>The steps of one operation: a few milliseconds.</summary>
    private const int MaxStepsOfOne = 20_000;

    /// <summary>The steps of all operations: some tens of milliseconds.</summary>
    private const int MaxSteps = 400_000;

    /// <summary>Bounds the depth of the recursion.</summary>
    private const int MaxVariables = 512;

    private readonly List<Node> nodes = [new(int.MaxValue, False, False), new(int.MaxValue, True, True)];
    private readonly Dictionary<Node, int> unique = [];
    private readonly Dictionary<(int Condition, int Then, int Else), int> cache = [];
    private int stepsLeft;
    private int stepsOfAll;
    private int variables;

    /// <summary>A new variable, after all others in the order.</summary>
    /// <returns>The formula that is the variable, or <see cref="Unknown"/>.</returns>
    public int AddVariable() => variables < MaxVariables ? Make(variables++, False, True) : Unknown;

    public int Not(int a) => Operate(a, False, True);

    public int And(int a, int b) => Operate(a, b, False);

    public int Or(int a, int b) => Operate(a, True, b);

    /// <summary>Finds answers for which a formula holds.</summary>
    /// <param name="formula">A formula other than <see cref="False"/> and <see cref="Unknown"/>.</param>
    /// <returns>By variable: true, false, or null where it does not matter.</returns>
    public bool?[] Witness(int formula)
    {
        var values = new bool?[variables];
        while (formula > True)
        {
            var node = nodes[formula];
            var high = node.Low == False || node.High == True;
            values[node.Variable] = high;
            formula = high ? node.High : node.Low;
        }
        return values;
    }

    /// <summary>Whether a formula holds. A variable without a value counts as true.</summary>
    public bool Evaluate(int formula, bool?[] values)
    {
        while (formula > True)
        {
            var node = nodes[formula];
            formula = values[node.Variable] ?? true ? node.High : node.Low;
        }
        return formula == True;
    }

    private int Operate(int condition, int then, int otherwise)
    {
        var allowed = stepsLeft = Math.Min(MaxStepsOfOne, MaxSteps - stepsOfAll);
        var result = Choose(condition, then, otherwise);
        stepsOfAll += Math.Min(allowed, allowed - stepsLeft);
        return result;
    }

    /// <summary>If-then-else: every operation is one of these.</summary>
    private int Choose(int condition, int then, int otherwise)
    {
        // What does not hang on the unknown is known all the same.
        if (condition == True)
            return then;
        if (condition == False)
            return otherwise;
        if (then == otherwise && then != Unknown)
            return then;
        if (condition == Unknown || then == Unknown || otherwise == Unknown)
            return Unknown;
        if (then == True && otherwise == False)
            return condition;
        if (cache.TryGetValue((condition, then, otherwise), out var known))
            return known;
        if (--stepsLeft < 0)
            return Unknown;

        var variable = Math.Min(nodes[condition].Variable, Math.Min(nodes[then].Variable, nodes[otherwise].Variable));
        var high = Choose(Side(condition, variable, true), Side(then, variable, true), Side(otherwise, variable, true));
        var low = Choose(Side(condition, variable, false), Side(then, variable, false), Side(otherwise, variable, false));
        if (high == Unknown || low == Unknown)
            return Unknown;
        var result = Make(variable, low, high);
        cache[(condition, then, otherwise)] = result;
        return result;
    }

    private int Side(int formula, int variable, bool high)
    {
        var node = nodes[formula];
        if (node.Variable != variable)
            return formula;
        return high ? node.High : node.Low;
    }

    private int Make(int variable, int low, int high)
    {
        if (low == high)
            return low;
        var node = new Node(variable, low, high);
        if (!unique.TryGetValue(node, out var formula))
        {
            formula = nodes.Count;
            nodes.Add(node);
            unique.Add(node, formula);
        }
        return formula;
    }

    private readonly record struct Node(int Variable, int Low, int High);
}
