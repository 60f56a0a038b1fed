namespace KeyedWorkflows.Generators.Models;

/// <summary>What the parser makes of a class. The model alone decides what is emitted, so that a fault that only moves emits nothing anew.</summary>
/// <param name="Model">The workflow; null where nothing can be emitted for the class.</param>
/// <param name="Faults">What is wrong with it.</param>
internal sealed record WorkflowParse(WorkflowModel? Model, EquatableArray<FaultModel> Faults);
