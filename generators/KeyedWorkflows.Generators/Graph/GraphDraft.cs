using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>A workflow as its methods say it, before it is known which step feeds which. Holds no symbol: <see cref="GraphSolver"/> works on names and numbers.</summary>
/// <remarks>Places in the source are opaque numbers: whoever makes the draft gives them a meaning and finds them again in <see cref="GraphFault.Location"/>.</remarks>
internal sealed record GraphDraft
{
    /// <summary>Steps in declaration order, then the condition methods that are no steps: the same places as in <see cref="WorkflowModel.Nodes"/>.</summary>
    public required EquatableArray<NodeDraft> Nodes { get; init; }

    /// <summary>The tools, in the order that <see cref="NodeDraft.Tools"/> counts.</summary>
    public EquatableArray<ToolDraft> Tools { get; init; }

    /// <summary>The workflow's input: a producer that is always present.</summary>
    public required TypeModel Input { get; init; }

    /// <summary>The workflow's output: exactly one step must give it, whatever the conditions answer.</summary>
    public required TypeModel Output { get; init; }

    /// <summary>The place of what is wrong with the workflow as a whole: its class.</summary>
    public int Location { get; init; }
}
