using KeyedWorkflows.Generators.Tests.Executor.Running;

namespace KeyedWorkflows.Generators.Tests.Executor.Interpreting;

/// <summary>A node's result.</summary>
/// <param name="Text">What a consumer sees of it.</param>
/// <param name="Elements">What a consumer sees of the elements of a sequence.</param>
internal sealed record NodeValue(string Text, IReadOnlyList<string>? Elements = null)
{
    public static NodeValue Sequence(IReadOnlyList<string> elements) => new(Provenance.Sequence(elements), elements);
}
