namespace KeyedWorkflows.Generators;

/// <summary>An additional file that a prompt names.</summary>
/// <param name="Path">Its path, as the compiler has it.</param>
/// <param name="Text">Its text.</param>
internal sealed record PromptFile(string Path, string Text);
