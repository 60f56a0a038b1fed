namespace KeyedWorkflows.Generators.Models;

/// <summary>What <c>Tools</c> of a prompt names: a tool method, or a property of tools.</summary>
/// <param name="Tool">The tool's place in <see cref="WorkflowModel.Tools"/>; -1 for a property.</param>
/// <param name="Property">The property as C# writes it; null for a tool method.</param>
/// <param name="IsStatic">The property is static.</param>
internal sealed record ToolReferenceModel(int Tool, string? Property, bool IsStatic);
