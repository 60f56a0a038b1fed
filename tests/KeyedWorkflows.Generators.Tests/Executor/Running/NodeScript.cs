namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>How a node behaves in one run.</summary>
internal sealed record NodeScript
{
    public static NodeScript Default { get; } = new();

    public Deed Deed { get; init; }

    /// <summary>For a step that runs once an element: the deed is done for about half of the elements, picked by their texts.</summary>
    public bool IsPicky { get; init; }

    /// <summary>How often a node that is asynchronous gives its thread back before it ends.</summary>
    public int Yields { get; init; }

    /// <summary>How many elements a sequence has.</summary>
    public int Length { get; init; } = 2;

    public bool Flag { get; init; }

    public Route Route { get; init; }

    /// <summary>The node waits until all nodes that are marked so have begun.</summary>
    public bool Meets { get; init; }

    /// <summary>What a call for this element does.</summary>
    public Deed DeedFor(string? element) => element is null || !IsPicky || Provenance.Hash(element) % 2 == 0 ? Deed : Deed.Return;

    public override string ToString() => $"{Deed}{(IsPicky ? " for some" : "")}, yields {Yields}, length {Length}, {Flag}, {Route}{(Meets ? ", meets" : "")}";
}
