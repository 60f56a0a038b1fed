namespace KeyedWorkflows.Generators.Models;

/// <summary>An argument of a <c>ConfigureOptions</c> method.</summary>
/// <param name="PromptParameter">The prompt's parameter as C# writes it; null for the options themselves.</param>
internal sealed record HookArgumentModel(string? PromptParameter);
