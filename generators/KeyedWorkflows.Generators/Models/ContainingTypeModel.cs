namespace KeyedWorkflows.Generators.Models;

/// <summary>A type that the workflow's class is nested in.</summary>
/// <param name="Declaration">What reopens it: <c>partial class Outer</c>, <c>partial record struct Outer&lt;T&gt;</c>.</param>
/// <param name="Name">Its name as C# writes it.</param>
internal sealed record ContainingTypeModel(string Declaration, string Name);
