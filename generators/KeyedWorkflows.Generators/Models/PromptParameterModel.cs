namespace KeyedWorkflows.Generators.Models;

/// <summary>A parameter of a prompt, as its body sees it.</summary>
/// <param name="Name">The name as metadata has it.</param>
/// <param name="Identifier">The name as C# writes it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Kind">What it is for.</param>
internal sealed record PromptParameterModel(string Name, string Identifier, TypeModel Type, PromptParameterKind Kind);
