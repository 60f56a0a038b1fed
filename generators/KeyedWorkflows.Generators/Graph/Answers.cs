using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>
/// The answers of one condition that its guards tell apart: the constants they name, and, unless those are <c>true</c> and <c>false</c>, one for everything else (an enum may hold a value without a name).
/// </summary>
/// <remarks>Kept as yes-or-no variables "it is the first", "if not, it is the second" and so on: each choice of them is one answer, and each answer has one.</remarks>
internal sealed class Answers
{
    private const string TrueConstant = "true";
    private const string FalseConstant = "false";

    private readonly List<string> constants = [];
    private readonly List<int> variables = [];
    private int firstVariable;

    /// <summary>Takes up what a guard names.</summary>
    public void Add(GuardModel guard)
    {
        if (guard.Test == GuardTest.Otherwise)
        {
            foreach (var constant in guard.OtherConstants)
                Add(constant);
        }
        else
        {
            Add(ConstantOf(guard));
        }
    }

    private void Add(string constant)
    {
        if (!constants.Contains(constant))
            constants.Add(constant);
    }

    /// <summary>Makes the variables, once all guards are known.</summary>
    /// <param name="diagram">Where formulas are made.</param>
    /// <param name="next">The number of the next variable; counted up.</param>
    public void Declare(DecisionDiagram diagram, ref int next)
    {
        if (IsBoolean)
        {
            constants.Clear();
            constants.Add(TrueConstant);
            constants.Add(FalseConstant);
        }
        firstVariable = next;

        // The last of two Booleans is what is left over, so it needs no variable.
        var count = IsBoolean ? 1 : constants.Count;
        for (var i = 0; i < count; i++)
        {
            variables.Add(diagram.AddVariable());
            next++;
        }
    }

    /// <summary>The formula of "the answer passes the guard".</summary>
    public int Test(DecisionDiagram diagram, GuardModel guard)
    {
        if (guard.Test != GuardTest.Otherwise)
            return Is(diagram, constants.IndexOf(ConstantOf(guard)));
        var none = DecisionDiagram.True;
        foreach (var constant in guard.OtherConstants)
            none = diagram.And(none, diagram.Not(Is(diagram, constants.IndexOf(constant))));
        return none;
    }

    private int Is(DecisionDiagram diagram, int answer)
    {
        var formula = DecisionDiagram.True;
        for (var i = 0; i < answer; i++)
            formula = diagram.And(formula, diagram.Not(variables[i]));
        return answer < variables.Count ? diagram.And(formula, variables[answer]) : formula;
    }

    /// <summary>What the condition answers, in words; null where it does not matter.</summary>
    public string? Describe(string condition, bool?[] values)
    {
        var excluded = new List<string>();
        for (var i = 0; i < variables.Count && firstVariable + i < values.Length; i++)
        {
            if (values[firstVariable + i] == true)
                return $"{condition} answers `{Wording.Constant(constants[i])}`";
            if (values[firstVariable + i] == false)
                excluded.Add(Wording.Code(Wording.Constant(constants[i])));
        }
        if (excluded.Count == 0)
            return null;
        return IsBoolean ? $"{condition} answers `{FalseConstant}`" : $"{condition} answers something other than {Wording.List(excluded, "or")}";
    }

    private bool IsBoolean
    {
        get
        {
            foreach (var constant in constants)
            {
                if (constant is not (TrueConstant or FalseConstant))
                    return false;
            }
            return true;
        }
    }

    private static string ConstantOf(GuardModel guard) => guard.Test switch
    {
        GuardTest.True => TrueConstant,
        GuardTest.False => FalseConstant,
        _ => guard.Constant ?? "",
    };
}
