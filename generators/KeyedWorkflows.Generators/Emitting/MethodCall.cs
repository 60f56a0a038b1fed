namespace KeyedWorkflows.Generators.Emitting;

/// <summary>A call as a reader likes it: on one line where it is short, else with an argument a line.</summary>
internal static class MethodCall
{
    private const int ShortLine = 140;

    public static string Of(string method, IReadOnlyList<string> arguments)
    {
        var line = method + "(" + string.Join(", ", arguments) + ")";
        return line.Length <= ShortLine && line.IndexOf('\n') < 0 ? line : method + "(\n    " + string.Join(",\n", arguments).Replace("\n", "\n    ") + ")";
    }
}
