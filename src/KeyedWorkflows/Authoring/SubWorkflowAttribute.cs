namespace KeyedWorkflows;

/// <summary>
/// Marks a partial method as a step that runs another workflow. The child takes the parent's binding, slot by slot: it never chooses a credential of its own.
/// </summary>
/// <param name="workflow">The child's class. Its input is the method's first data parameter, its output the method's result.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class SubWorkflowAttribute(Type workflow) : StepAttribute
{
    /// <summary>The child's class.</summary>
    public Type Workflow { get; } = workflow;

    /// <summary>Which parent slot pays for which child slot, as <c>child=parent</c>. Not needed where the names are the same, or where each has one slot.</summary>
    public string[]? Slots { get; set; }
}
