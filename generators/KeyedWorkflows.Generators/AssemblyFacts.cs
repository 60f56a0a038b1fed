using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators;

/// <summary>What the registration must know of the assembly that is built.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HasProduct">It references KeyedWorkflows.</param>
/// <param name="Referenced">The registrations of the assemblies that it references, by their full names, ordered.</param>
internal sealed record AssemblyFacts(string Name, bool HasProduct, EquatableArray<string> Referenced);
