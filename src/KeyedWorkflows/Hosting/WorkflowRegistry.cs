using System.Diagnostics.CodeAnalysis;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>The workflows of a host, by name. Filled while services are registered; after that it is only read, from any thread.</summary>
internal sealed class WorkflowRegistry
{
    private readonly Dictionary<string, WorkflowDefinition> byName = new(StringComparer.Ordinal);

    /// <summary>All workflows.</summary>
    public IReadOnlyCollection<WorkflowDefinition> Workflows => byName.Values;

    /// <summary>Finds a workflow.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="workflow">The workflow.</param>
    /// <returns>Whether the host has it.</returns>
    public bool TryFind(string name, [NotNullWhen(true)] out WorkflowDefinition? workflow) => byName.TryGetValue(name, out workflow);

    internal void Add(WorkflowDefinition workflow)
    {
        if (byName.TryAdd(workflow.Name, workflow) || ReferenceEquals(byName[workflow.Name], workflow))
            return;
        throw new InvalidOperationException(
            $"Two workflows of this host are named '{workflow.Name}': {byName[workflow.Name].WorkflowType} and {workflow.WorkflowType}. Give one of them another name in [Workflow(...)].");
    }
}
