namespace KeyedWorkflows;

/// <summary>Names the step that produces a parameter, where its type alone does not say so. Several names are a merge: of steps of which only one can have run.</summary>
/// <param name="steps">Names of methods of the class.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromAttribute(params string[] steps) : Attribute
{
    /// <summary>Names of methods of the class.</summary>
    public IReadOnlyList<string> Steps { get; } = steps;
}
