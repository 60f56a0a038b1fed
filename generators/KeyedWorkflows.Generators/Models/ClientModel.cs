namespace KeyedWorkflows.Generators.Models;

/// <summary>The slot and the models of a model client that a node is given.</summary>
internal sealed record ClientModel(int Slot, string? Model, string? FallbackModel);
