using KeyedWorkflows.Generators.Parsing;

namespace KeyedWorkflows.Generators.Models;

/// <summary>Something that an analyzer reports.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Location">Where; null where the source is not at hand.</param>
/// <param name="Message">What is wrong and what to do; what may be a key is left out.</param>
internal sealed record FaultModel(string Rule, LocationModel? Location, string Message)
{
    /// <summary>What is wrong and what to do, without what may be a key.</summary>
    public string Message { get; init; } = KeyText.Without(Message);

    /// <summary>What the author can write instead, the best first: for the fixes. Names and code of the project alone, never what was written in their place.</summary>
    public EquatableArray<string> Choices { get; init; }
}
