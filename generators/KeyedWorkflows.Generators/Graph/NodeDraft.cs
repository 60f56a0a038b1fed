using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>A step, or a condition method, as written.</summary>
internal sealed record NodeDraft
{
    /// <summary>The method's name, as metadata has it: what <c>[From]</c> and <c>After</c> write.</summary>
    public required string Name { get; init; }

    /// <summary>No step, only a condition: it produces nothing for parameters that do not name it.</summary>
    public bool IsCondition { get; init; }

    /// <summary>What the node gives to the graph, unwrapped: the method's result, or an array of it for a step with <c>[ForEach]</c>; null where nothing.</summary>
    public TypeModel? Output { get; init; }

    /// <summary>The method's own result type is nullable. Of a step with <c>[ForEach]</c> the elements are, the sequence is not.</summary>
    public bool ReturnsNullable { get; init; }

    /// <summary>Its failure counts as an absent result.</summary>
    public bool Optional { get; init; }

    /// <summary>All parameters of the method, in order. Those that are no data are passed over.</summary>
    public EquatableArray<ParameterDraft> Parameters { get; init; }

    /// <summary>What <c>When</c> and <c>Unless</c> ask.</summary>
    public EquatableArray<GuardModel> Guards { get; init; }

    /// <summary>What <c>After</c> names.</summary>
    public EquatableArray<string> After { get; init; }

    /// <summary>Where each of <see cref="After"/> stands; none where that is not known.</summary>
    public EquatableArray<int> AfterLocations { get; init; }

    /// <summary>The tools that a prompt offers, by their place in <see cref="GraphDraft.Tools"/>: their data is the prompt's.</summary>
    public EquatableArray<int> Tools { get; init; }

    /// <summary>Marked <c>[Output]</c>.</summary>
    public bool IsOutput { get; init; }

    /// <summary>The place of the method's name.</summary>
    public int Location { get; init; }

    /// <summary>A parameter is marked <c>[ForEach]</c>.</summary>
    public bool IsForEach
    {
        get
        {
            foreach (var parameter in Parameters)
            {
                if (parameter.Kind == ParameterKind.ForEachElement)
                    return true;
            }
            return false;
        }
    }
}
