using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>A tool, as far as the graph feeds it.</summary>
internal sealed record ToolDraft
{
    /// <summary>The method's name.</summary>
    public required string Name { get; init; }

    /// <summary>All parameters of the method, in order. Those without <see cref="ParameterDraft.From"/> are passed over: the model gives them, or the run itself.</summary>
    public EquatableArray<ParameterDraft> Parameters { get; init; }

    /// <summary>A prompt offers it. The data of one that no prompt offers is not taken by anything.</summary>
    public bool IsOffered { get; init; } = true;
}
