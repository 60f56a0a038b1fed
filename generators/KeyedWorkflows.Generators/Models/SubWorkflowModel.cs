namespace KeyedWorkflows.Generators.Models;

/// <summary>A step that runs another workflow.</summary>
internal sealed record SubWorkflowModel
{
    public required SignatureModel Signature { get; init; }

    /// <summary>The child's class.</summary>
    public required TypeModel Child { get; init; }

    public required TypeModel ChildInput { get; init; }

    public required TypeModel ChildOutput { get; init; }

    /// <summary>The place of the child's input in the node's parameters.</summary>
    public int InputParameter { get; init; }

    /// <summary>By child slot: the index of the parent's slot that pays.</summary>
    public EquatableArray<int> Slots { get; init; }

    /// <summary>The names of the child's slots, in the same order.</summary>
    public EquatableArray<string> ChildSlots { get; init; }
}
