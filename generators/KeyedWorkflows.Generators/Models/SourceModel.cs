namespace KeyedWorkflows.Generators.Models;

/// <summary>One producer of data.</summary>
/// <param name="Node">The node's index; <see cref="Input"/> for the workflow's input.</param>
/// <param name="Conversion">What turns the produced sequence into the type that is wanted.</param>
internal sealed record SourceModel(int Node, SequenceConversion Conversion)
{
    /// <summary>Stands for the workflow's input.</summary>
    public const int Input = -1;

    public bool IsInput => Node == Input;
}
