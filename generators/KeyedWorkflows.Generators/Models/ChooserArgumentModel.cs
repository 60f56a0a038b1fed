namespace KeyedWorkflows.Generators.Models;

/// <summary>An argument of a chooser.</summary>
internal sealed record ChooserArgumentModel(ChooserArgument Source);
