using System.Globalization;

namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>Draws names for methods and parameters, among them such as an executor is likely to want for itself.</summary>
internal sealed class NameDrawing(Draws draws)
{
    private static readonly string[] Methods = ["Execute", "Executor", "Run", "Step", "Fork", "Input", "Definition", "Instance", "Begin", "event", "error", "run", "input", "step", "workflow"];
    private static readonly string[] Parameters = ["run", "input", "step", "fork", "error", "workflow", "scope", "item", "event", "value", "cancellationToken", "result", "definition"];
    private readonly List<string> methods = [.. draws.Shuffled(Methods)];
    private readonly List<string> parameters = [.. draws.Shuffled(Parameters)];
    private int count;

    public string Method() => Next(methods, "Do");

    public string Parameter() => Next(parameters, "value");

    private string Next(List<string> likely, string otherwise)
    {
        count++;
        if (likely.Count == 0 || !draws.Chance(15))
            return string.Create(CultureInfo.InvariantCulture, $"{otherwise}{count}");
        var name = likely[^1];
        likely.RemoveAt(likely.Count - 1);
        return name;
    }
}
