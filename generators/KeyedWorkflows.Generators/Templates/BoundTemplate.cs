using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Templates;

/// <summary>A template, bound to what its placeholders may reach.</summary>
internal sealed record BoundTemplate(TemplateModel Template, EquatableArray<TemplateFault> Faults);
