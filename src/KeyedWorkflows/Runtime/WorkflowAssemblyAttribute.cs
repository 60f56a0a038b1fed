using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>Names the emitted class that registers an assembly's workflows, for the <c>AddWorkflows()</c> of assemblies that reference it.</summary>
/// <param name="registration">The class, with a public static <c>Register(WorkflowsBuilder)</c>.</param>
[AttributeUsage(AttributeTargets.Assembly)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WorkflowAssemblyAttribute(Type registration) : Attribute
{
    /// <summary>The class.</summary>
    public Type Registration { get; } = registration;
}
