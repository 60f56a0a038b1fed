namespace KeyedWorkflows;

/// <summary>
/// Names the <see cref="System.Text.Json.Serialization.JsonSerializerContext"/> that holds the types of this assembly's workflows: inputs, outputs and step results. Needed for trimming and Native AOT;
/// without it types are read by reflection.
/// </summary>
/// <param name="context">A class that derives from <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class WorkflowJsonAttribute(Type context) : Attribute
{
    /// <summary>The context's class.</summary>
    public Type Context { get; } = context;
}
