using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>The locals of an executor's method, and what it knows of them.</summary>
internal sealed class RunLocals
{
    private readonly WorkflowModel model;
    private readonly string?[] locals;
    private readonly LocalNames names = new("workflow", "run", "input", "cancellationToken", "step", "fork", "error", "scope", "item");

    public RunLocals(WorkflowModel model)
    {
        this.model = model;
        locals = new string?[model.Nodes.Length];
        foreach (var node in model.Nodes)
            locals[node.Index] = node.Output is null ? null : names.Add(LocalNames.Camel(node.Name));
    }

    /// <summary>The local that holds what a node gives.</summary>
    public string this[int node] => locals[node] ?? throw new InvalidOperationException("The node gives nothing.");

    /// <summary>Takes another name.</summary>
    public string Add(string wanted) => names.Add(wanted);

    /// <summary>The expression of a producer's whole result.</summary>
    public string Of(SourceModel source) => source.IsInput ? "input" : this[source.Node];

    /// <summary>What a producer gives.</summary>
    public TypeModel TypeOf(SourceModel source) => source.IsInput ? model.Input! : model.Nodes[source.Node].Output!;

    /// <summary>Whether a producer's local may be null.</summary>
    public bool MayBeNull(SourceModel source) => source.IsInput ? model.Input!.IsNullable : MayBeAbsent(model.Nodes[source.Node]);

    /// <summary>Whether a node's local may be null.</summary>
    public static bool MayBeAbsent(NodeModel node) => node.MayBeAbsent || node.Output is { IsNullable: true } || IsGuarded(node);

    /// <summary>Whether a node is left out under some condition.</summary>
    public static bool IsGuarded(NodeModel node)
    {
        if (!node.Guards.IsEmpty)
            return true;
        foreach (var parameter in node.Parameters)
        {
            if (MustBePresent(parameter))
                return true;
        }
        return false;
    }

    /// <summary>Whether a parameter's data may be absent, and the node cannot do without.</summary>
    public static bool MustBePresent(ParameterModel parameter) =>
        parameter is { IsData: true, MayBeAbsent: true } && (!parameter.AcceptsAbsent || parameter.Kind == ParameterKind.ForEachElement);
}
