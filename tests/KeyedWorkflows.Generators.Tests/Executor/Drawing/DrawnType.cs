namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>The type of a result or a parameter.</summary>
/// <param name="Form">What it, or its element, is.</param>
/// <param name="Name">Its name, or that of its element.</param>
/// <param name="Sequence">How a sequence is declared.</param>
internal sealed record DrawnType(DrawnForm Form, string Name, DrawnSequence Sequence = DrawnSequence.None)
{
    public static DrawnType Question { get; } = new(DrawnForm.Record, nameof(Running.Question));

    public static DrawnType Answer { get; } = new(DrawnForm.Record, nameof(Running.Answer));

    public static DrawnType Text { get; } = new(DrawnForm.Text, "string");

    public static DrawnType Flag { get; } = new(DrawnForm.Flag, "bool");

    public static DrawnType Route { get; } = new(DrawnForm.Route, nameof(Running.Route));

    public bool IsSequence => Sequence != DrawnSequence.None;

    /// <summary>What producers and parameters match by.</summary>
    public string Identity => IsSequence ? Name + "[]" : Name;

    /// <summary>The type as C# writes it.</summary>
    public string Code => Sequence switch
    {
        DrawnSequence.None => Name,
        DrawnSequence.Array => Name + "[]",
        DrawnSequence.List => $"List<{Name}>",
        DrawnSequence.ReadOnlyList => $"IReadOnlyList<{Name}>",
        DrawnSequence.Enumerable => $"IEnumerable<{Name}>",
        _ => $"System.Collections.Immutable.ImmutableArray<{Name}>",
    };

    /// <summary>Null is no value of it, whatever the step does.</summary>
    public bool IsValueType => IsSequence ? Sequence == DrawnSequence.ImmutableArray : Form is DrawnForm.Struct or DrawnForm.Flag or DrawnForm.Route;
}
