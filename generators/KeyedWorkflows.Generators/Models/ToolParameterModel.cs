namespace KeyedWorkflows.Generators.Models;

/// <summary>A parameter of a tool.</summary>
internal sealed record ToolParameterModel
{
    public required string Name { get; init; }

    public required TypeModel Type { get; init; }

    public required ToolParameterKind Kind { get; init; }

    public string? Description { get; init; }

    /// <summary>The model must give it: it has no default value.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The default value as a C# expression; null where there is none.</summary>
    public string? DefaultValue { get; init; }

    /// <summary>For <see cref="ToolParameterKind.From"/>: the producer, or several for a merge.</summary>
    public EquatableArray<SourceModel> Sources { get; init; }
}
