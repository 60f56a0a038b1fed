namespace KeyedWorkflows.Generators.Models;

/// <summary>What the emitter must know of a type beyond its name.</summary>
internal enum TypeShape
{
    Other,
    String,
    Enum,

    /// <summary><c>KeyedWorkflows.Secret</c>.</summary>
    Secret,

    /// <summary>One of the sequence types that match by element: see <see cref="TypeModel.Sequence"/>.</summary>
    Sequence,
}
