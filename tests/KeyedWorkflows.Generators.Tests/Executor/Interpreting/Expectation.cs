namespace KeyedWorkflows.Generators.Tests.Executor.Interpreting;

/// <summary>What a run must do, whatever the timing.</summary>
/// <param name="Ends">By place: how the node ends.</param>
/// <param name="MustCall">The calls, with their arguments, that a run which succeeds makes.</param>
/// <param name="MayCall">Calls that hang on the timing, because they stand beside a failure.</param>
/// <param name="Output">What a run that succeeds answers.</param>
internal sealed record Expectation(IReadOnlyList<NodeEnd> Ends, IReadOnlyList<string> MustCall, IReadOnlyList<string> MayCall, string? Output)
{
    /// <summary>Some node fails the run: the first in time is what the run says.</summary>
    public bool Fails => Ends.Any(static end => end.State == NodeState.Failed);

    /// <summary>An optional step failed, now or before the run started.</summary>
    public bool IsPartial => Ends.Any(static end => end.State == NodeState.GivenUp || end.HadFailed);
}
