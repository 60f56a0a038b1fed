namespace KeyedWorkflows;

/// <summary>
/// Marks the parameter that takes one element of a produced sequence. The step runs once an element and produces the sequence of its results, in the order of the elements.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ForEachAttribute : Attribute
{
    /// <summary>How many elements may be worked on at once. Default 1: one after the other.</summary>
    public int Concurrency { get; set; } = 1;
}
