namespace KeyedWorkflows.Generators.Models;

/// <summary>The method that <c>ConfigureOptions</c> names.</summary>
/// <param name="Identifier">The method as C# writes it.</param>
/// <param name="IsStatic">Called on the class.</param>
/// <param name="Arguments">The arguments in order: a name of a parameter of the prompt, or null for the <c>ChatOptions</c>.</param>
internal sealed record OptionsHookModel(string Identifier, bool IsStatic, EquatableArray<HookArgumentModel> Arguments);
