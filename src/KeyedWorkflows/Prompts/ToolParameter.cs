using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>A parameter of a tool that the model fills in.</summary>
/// <param name="Name">The name that the model sees.</param>
/// <param name="Type">The parameter's type.</param>
/// <param name="Description">What it is, for the model.</param>
/// <param name="Required">Whether the model must give it.</param>
/// <param name="Default">What it is where the model gives none.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ToolParameter(string Name, Type Type, string? Description, bool Required, object? Default);
