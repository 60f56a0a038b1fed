namespace KeyedWorkflows.Generators.Models;

/// <summary>What turns a produced sequence into the wanted one.</summary>
internal enum SequenceConversion
{
    /// <summary>Same type, or an implicit reference conversion.</summary>
    None,

    /// <summary>A new array of the elements.</summary>
    ToArray,

    /// <summary>A new <c>List&lt;T&gt;</c> of the elements.</summary>
    ToList,

    /// <summary>A new <c>ImmutableArray&lt;T&gt;</c> of the elements.</summary>
    ToImmutableArray,
}
