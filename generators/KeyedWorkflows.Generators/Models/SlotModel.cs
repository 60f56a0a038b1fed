namespace KeyedWorkflows.Generators.Models;

/// <summary>A credential slot of the workflow.</summary>
internal sealed record SlotModel
{
    public required int Index { get; init; }

    public required string Name { get; init; }

    /// <summary>The name of the slot's property in the emitted credentials record: <c>fast-model</c> is <c>FastModel</c>.</summary>
    public required string PropertyName { get; init; }

    /// <summary>Empty: any provider.</summary>
    public EquatableArray<string> Providers { get; init; }

    public string? Model { get; init; }

    public string? FallbackModel { get; init; }

    public string? EmbeddingModel { get; init; }

    public string? Default { get; init; }

    public string? Description { get; init; }

    public bool HasChooser { get; init; }

    public bool HasSelectingInput { get; init; }

    /// <summary>A step, condition or sub-workflow uses it.</summary>
    public bool IsUsed { get; init; }
}
