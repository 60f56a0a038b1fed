using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Graph;

/// <summary>Runs a graph, whose steps take what earlier ones give, for every answer of every step and every failure, the plain way.</summary>
internal sealed class RunTable
{
    private readonly GraphDraft draft;
    private readonly SolvedGraph graph;
    private readonly List<(bool[] Ran, bool[] Present)> runs = [];

    public RunTable(GraphDraft draft, SolvedGraph graph)
    {
        this.draft = draft;
        this.graph = graph;
        Run(0, new bool[draft.Nodes.Length], new bool[draft.Nodes.Length], new string[draft.Nodes.Length]);
    }

    public bool AlwaysRuns(int node) => runs.TrueForAll(run => run.Ran[node]);

    public bool AlwaysPresent(int[] nodes) => runs.TrueForAll(run => nodes.Any(node => run.Present[node]));

    /// <summary>What the solver must report, sorted.</summary>
    public IEnumerable<string> Faults()
    {
        var faults = new List<string>();
        var never = new bool[draft.Nodes.Length];
        for (var node = 0; node < draft.Nodes.Length; node++)
        {
            var step = draft.Nodes[node];
            foreach (var parameter in step.Parameters)
            {
                if (TwoAtOnce(Sources(parameter)))
                    faults.Add($"{GraphRules.MergeNotExclusive} at {parameter.Location}");
            }
            never[node] = runs.TrueForAll(run => !run.Ran[node]);
            if (never[node] && !graph.Nodes[node].DependsOn.Any(before => never[before]))
                faults.Add($"{GraphRules.ConditionShape} at {step.Location}");
        }
        int[] outputs = [.. Enumerable.Range(0, draft.Nodes.Length).Where(node => draft.Nodes[node].IsOutput)];
        var place = draft.Nodes[outputs[^1]].Location;
        if (!outputs.Any(output => never[output]))
        {
            if (TwoAtOnce(outputs))
                faults.Add($"{GraphRules.MergeNotExclusive} at {place}");
            else if (!AlwaysPresent(outputs))
                faults.Add($"{GraphRules.OutputNotProduced} at {place}");
        }
        return faults.Order();
    }

    private bool TwoAtOnce(int[] nodes) => runs.Exists(run => nodes.Count(node => run.Present[node]) > 1);

    private static int[] Sources(ParameterDraft parameter) => [.. parameter.From!.Value.Select(static name => int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture))];

    private void Run(int node, bool[] ran, bool[] present, string[] answers)
    {
        if (node == draft.Nodes.Length)
        {
            runs.Add(([.. ran], [.. present]));
            return;
        }
        var step = draft.Nodes[node];
        ran[node] = step.Guards.All(guard => present[guard.Condition] && Holds(guard, answers[guard.Condition]))
            && step.Parameters.All(parameter => parameter.Type.IsNullable || Sources(parameter).Any(source => present[source]));
        bool[] results = ran[node] ? step.Optional || step.ReturnsNullable ? [true, false] : [true] : [false];
        foreach (var result in results)
        {
            present[node] = result;
            foreach (var answer in result ? AnswersOf(node) : [""])
            {
                answers[node] = answer;
                Run(node + 1, ran, present, answers);
            }
        }
    }

    private string[] AnswersOf(int node)
    {
        var guards = draft.Nodes.SelectMany(static step => step.Guards).Where(guard => guard.Condition == node).ToArray();
        return guards.Length == 0 ? [""] : guards[0].Test is GuardTest.True or GuardTest.False ? ["true", "false"] : ["Red", "Green", "Blue"];
    }

    private static bool Holds(GuardModel guard, string answer) => guard.Test switch
    {
        GuardTest.True => answer == "true",
        GuardTest.False => answer == "false",
        GuardTest.Is => answer == guard.Constant,
        _ => !guard.OtherConstants.Contains(answer),
    };
}
