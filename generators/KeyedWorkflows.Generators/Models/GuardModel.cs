namespace KeyedWorkflows.Generators.Models;

/// <summary>One condition of a step.</summary>
internal sealed record GuardModel
{
    /// <summary>The index of the node that answers.</summary>
    public required int Condition { get; init; }

    public required GuardTest Test { get; init; }

    /// <summary>The constant as C# writes it: <c>global::Acme.Route.Billing</c>, <c>"billing"</c>, <c>3</c>. Fit for a constant pattern.</summary>
    public string? Constant { get; init; }

    /// <summary>For <see cref="GuardTest.Otherwise"/>: what the other steps of the condition name.</summary>
    public EquatableArray<string> OtherConstants { get; init; }
}
