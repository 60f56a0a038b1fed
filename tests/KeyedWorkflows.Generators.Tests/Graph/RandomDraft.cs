using CsCheck;
using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Graph;

/// <summary>Random small graphs: each step takes what earlier ones give, by name; conditions may hang on steps, steps on several conditions.</summary>
internal static class RandomDraft
{
    private static readonly string[] Constants = ["Red", "Green"];

    /// <summary>Graphs of two to eight steps, of which the last may be marked as output.</summary>
    public static Gen<GraphDraft> Generator { get; } = Gen.Select(
        Gen.Select(Gen.Int[0, 99].Array[3], Gen.Int[0, 99].Array[3], Gen.Int[0, 99].Array[6], (guards, parameters, traits) => (guards, parameters, traits)).Array[2, 8],
        Gen.Bool.Array[8],
        Gen.Int[1, 3],
        static (steps, boolean, outputs) => new GraphDraft
        {
            Input = DraftText.Type("Ticket"),
            Output = DraftText.Type("Part"),
            Location = DraftText.ClassPlace,
            Nodes = [.. steps.Select((step, i) => Step(i, step.guards, step.parameters, step.traits, boolean, isOutput: i >= steps.Length - outputs))],
        });

    /// <summary>Whether a node answers true or false, or a colour, is drawn by node, so that its guards agree.</summary>
    private static NodeDraft Step(int index, int[] guards, int[] parameters, int[] traits, bool[] boolean, bool isOutput)
    {
        var place = 100 * (index + 1);

        // Most conditions are the first step's answer, and neighbours mostly take different ones, and are what is merged: only so are there steps that exclude each other.
        var conditions = index == 0 ? [] : guards.Take(((guards[0] % 6) + 3) / 4).Select(guard => guard % 8 == 0 ? guard % index : 0);
        var merges = index == 0 ? [] : Enumerable.Range(0, (parameters[0] % 4) / 2).Select(i => parameters[1 + i] % index).Select(i => new[] { i, Math.Max(i - 1, 0) });
        return new()
        {
            Name = "S" + index,
            Output = DraftText.Type("Part"),
            Location = place,
            Optional = traits[0] % 10 == 0,
            ReturnsNullable = traits[1] % 10 == 0,
            IsOutput = isOutput,
            Guards = [.. conditions.Select((condition, i) => Guard(condition, boolean[condition], traits[2 + i] % 4 == 0 ? traits[2 + i] / 4 : index))],
            Parameters =
            [
                .. merges.Select((merge, i) => new ParameterDraft
                {
                    Name = "p" + i,
                    Type = DraftText.Type(traits[4 + i] % 3 == 0 ? "Part?" : "Part"),
                    Kind = ParameterKind.Data,
                    From = [.. merge.Distinct().Select(static node => "S" + node)],
                    Location = place + i + 1,
                }),
            ],
        };

        GuardModel Guard(int condition, bool isBoolean, int choice) => isBoolean
            ? new() { Condition = condition, Test = choice % 2 == 0 ? GuardTest.True : GuardTest.False }
            : choice % 3 == 2 ? new() { Condition = condition, Test = GuardTest.Otherwise, OtherConstants = [.. Constants] }
            : new() { Condition = condition, Test = GuardTest.Is, Constant = Constants[choice % 3] };
    }
}
