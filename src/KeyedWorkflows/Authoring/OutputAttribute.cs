namespace KeyedWorkflows;

/// <summary>Marks the step whose result is the workflow's. Several steps may be marked where only one of them can have run.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OutputAttribute : Attribute;
