using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators;

/// <summary>What the registration must know of the assemblies that are referenced.</summary>
/// <param name="HasProduct">KeyedWorkflows is among them.</param>
/// <param name="HasClient">KeyedWorkflows.Client is among them.</param>
/// <param name="Registrations">Their registrations, by their full names, ordered.</param>
internal sealed record ReferenceFacts(bool HasProduct, bool HasClient, EquatableArray<string> Registrations);
