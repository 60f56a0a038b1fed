using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>Why a graph cannot run.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Location">The place that the draft gave to the parameter, method or class that is at fault.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record GraphFault(string Rule, int Location, string Message)
{
    /// <summary>What the author can write: an attribute of the parameter, or, at the class, the name of the step to mark <c>[Output]</c>.</summary>
    public EquatableArray<string> Choices { get; init; }
}
