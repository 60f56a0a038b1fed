namespace KeyedWorkflows;

/// <summary>Says that a parameter takes the workflow's input, where a step produces the same type.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromInputAttribute : Attribute;
