namespace KeyedWorkflows.Runtime;

/// <summary>What a checkpoint is kept under: a step, or one element of it.</summary>
internal readonly record struct StepKey(int Step, int? Element = null);
