namespace KeyedWorkflows.Generators.Templates;

/// <summary>Something wrong in a template.</summary>
/// <param name="Start">The first character's place in the text.</param>
/// <param name="Length">How many characters.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Instead">The placeholder that was meant, braces included; null where that is not clear.</param>
internal sealed record TemplateFault(int Start, int Length, string Message, string? Instead = null);
