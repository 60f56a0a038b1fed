namespace KeyedWorkflows.Generators.Models;

/// <summary>Where the run's output comes from: one step, or several of which exactly one is present.</summary>
/// <param name="Sources">The steps.</param>
internal sealed record OutputModel(EquatableArray<SourceModel> Sources);
