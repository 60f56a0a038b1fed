namespace KeyedWorkflows.Generators.Models;

/// <summary>Something that an analyzer reports.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Location">Where; null where the source is not at hand.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record FaultModel(string Rule, LocationModel? Location, string Message);
