using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>A slot of a workflow, as the generator read it: who may pay, and which models its steps ask for.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record SlotDefinition
{
    /// <summary>The slot's name.</summary>
    public required string Name { get; init; }

    /// <summary>The families of providers that the slot takes. Empty: any.</summary>
    public IReadOnlyList<string> Providers { get; init; } = [];

    /// <summary>The chat model of steps that name none.</summary>
    public string? Model { get; init; }

    /// <summary>The model to ask, on the same profile, when the first is not there, over its limit or failing.</summary>
    public string? FallbackModel { get; init; }

    /// <summary>The embedding model of steps that name none.</summary>
    public string? EmbeddingModel { get; init; }

    /// <summary>The name of the profile that pays where nothing else chose.</summary>
    public string? Default { get; init; }

    /// <summary>One sentence for people.</summary>
    public string? Description { get; init; }

    /// <summary>Whether a method of the workflow chooses the slot's credential.</summary>
    public bool HasChooser { get; init; }

    /// <summary>Whether a property of the input selects the slot's credential.</summary>
    public bool HasSelectingInput { get; init; }

    /// <summary>Whether a step uses the slot.</summary>
    public bool IsUsed { get; init; }

    /// <summary>
    /// Whether a prompt of the slot names no model of its own, so that slot or profile must: a run that has neither is refused before its first step. False where only the
    /// author's code uses the slot, which may name the model in each call.
    /// </summary>
    public bool NeedsModel { get; init; }
}
