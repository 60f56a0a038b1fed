using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Templates;

/// <summary>The templates of a prompt's file. Where there are faults the prompt's body must throw.</summary>
/// <param name="System">The system message; null where the file has none.</param>
/// <param name="User">The user message; null where the file has none.</param>
/// <param name="Faults">What is wrong, by place in the file.</param>
internal sealed record BoundPromptFile(TemplateModel? System, TemplateModel? User, EquatableArray<TemplateFault> Faults);
