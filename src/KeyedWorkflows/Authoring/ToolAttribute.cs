namespace KeyedWorkflows;

/// <summary>
/// Marks a method that a prompt may offer to the model. Parameters of the workflow's input type, <see cref="RunContext"/>, <see cref="CancellationToken"/> or marked
/// <see cref="FromAttribute"/> come from the run and are absent from the model's schema; the rest comes from the model. An input that is a text, a number or an enum is something that a model
/// writes too: there the parameter that takes the input is marked <see cref="FromInputAttribute"/>.
/// Only a <see cref="ToolException"/> is told to the model; any other failure fails the step.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ToolAttribute : Attribute
{
    /// <summary>The name that the model sees. Default: the method's name.</summary>
    public string? Name { get; set; }

    /// <summary>What the tool does, for the model. Default: the method's <see cref="System.ComponentModel.DescriptionAttribute"/>.</summary>
    public string? Description { get; set; }
}
