namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>A step or a condition of a drawn workflow.</summary>
internal sealed record DrawnNode
{
    /// <summary>The method's name, as metadata has it.</summary>
    public required string Name { get; init; }

    /// <summary>A method that is no step.</summary>
    public bool IsCondition { get; init; }

    /// <summary>What one call gives; null where nothing.</summary>
    public DrawnType? Result { get; init; }

    public DrawnShape Shape { get; init; }

    /// <summary>The result may be null.</summary>
    public bool IsNullable { get; init; }

    public IReadOnlyList<DrawnParameter> Parameters { get; init; } = [];

    public IReadOnlyList<DrawnGuard> Guards { get; init; } = [];

    /// <summary>The places of the steps that <c>After</c> names.</summary>
    public IReadOnlyList<int> After { get; init; } = [];

    public bool IsOptional { get; init; }

    /// <summary>Tried twice at most, for what does not happen here: such a step is managed by the runtime.</summary>
    public bool IsRepeated { get; init; }

    public int Concurrency { get; init; } = 1;

    public bool TakesToken { get; init; }

    /// <summary>Marked <c>[Output]</c>.</summary>
    public bool IsMarkedOutput { get; init; }

    public bool IsForEach => Parameters.Any(static parameter => parameter.IsForEach);

    /// <summary>What the node gives to the graph.</summary>
    public DrawnType? Output => IsForEach && Result is not null ? Result with { Sequence = DrawnSequence.Array } : Result;

    /// <summary>All nodes that must have ended before, each once.</summary>
    public IEnumerable<int> DependsOn =>
        Parameters.SelectMany(static parameter => parameter.Sources).Concat(Guards.Select(static guard => guard.Condition)).Concat(After).Where(static place => place >= 0).Distinct();

    /// <summary>Null is a value that the method can return by mistake.</summary>
    public bool CanBreakItsContract => Result is not null && !IsNullable && !Result.IsValueType && Shape != DrawnShape.Stream;
}
