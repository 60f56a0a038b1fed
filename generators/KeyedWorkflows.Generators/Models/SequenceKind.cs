namespace KeyedWorkflows.Generators.Models;

/// <summary>The sequence types that match each other by element.</summary>
internal enum SequenceKind
{
    None,
    Array,
    List,
    ReadOnlyList,
    Enumerable,
    IList,
    Collection,
    ReadOnlyCollection,
    ImmutableArray,
}
