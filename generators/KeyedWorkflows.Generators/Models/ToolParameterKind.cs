namespace KeyedWorkflows.Generators.Models;

/// <summary>Where a tool's parameter comes from.</summary>
internal enum ToolParameterKind
{
    /// <summary>From the model: it is in the schema.</summary>
    Model,
    Input,
    RunContext,
    CancellationToken,

    /// <summary>The result of steps: <see cref="ToolParameterModel.Sources"/>.</summary>
    From,
}
