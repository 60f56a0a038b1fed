namespace KeyedWorkflows.Cli.Output;

/// <summary>One thing for people: a line for each of its members that has a value.</summary>
internal sealed class Details
{
    private readonly List<(string Name, string Value)> lines = [];

    public Details Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            lines.Add((Printable.Of(name), Printable.Of(value)));
        return this;
    }

    public void WriteTo(TextWriter output)
    {
        var width = lines.Count == 0 ? 0 : lines.Max(static line => line.Name.Length);
        foreach (var (name, value) in lines)
            output.WriteLine($"{name.PadRight(width)}  {value}");
    }
}
