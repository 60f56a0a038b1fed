namespace KeyedWorkflows.Testing;

/// <summary>What an isolation proof saw.</summary>
public sealed record IsolationResult
{
    /// <summary>The workflow's name.</summary>
    public required string Workflow { get; init; }

    /// <summary>How many runs were made.</summary>
    public required int Runs { get; init; }

    /// <summary>How many of them ended with their output.</summary>
    public required int Succeeded { get; init; }

    /// <summary>The other runs, by the code of their failure. A run that fails leaks nothing by that, but it proves less.</summary>
    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    /// <summary>How many runs brought a key of their own.</summary>
    public required int RunsWithOwnKey { get; init; }

    /// <summary>The most runs that were under way at once.</summary>
    public required int MostAtOnce { get; init; }

    /// <summary>Requests that arrived at the model server, all checked.</summary>
    public required long Requests { get; init; }

    /// <summary>Those of them that held a run's marker, so that their text could be checked too.</summary>
    public required long MarkedRequests { get; init; }

    /// <summary>Different keys that paid.</summary>
    public required int Keys { get; init; }

    /// <summary>Faults that requests met.</summary>
    public required int Faults { get; init; }

    /// <summary>How often a profile's key was replaced meanwhile.</summary>
    public required int Rotations { get; init; }

    /// <summary>TCP connections that were opened. All keys share them: their number follows the calls at once (and the connections that were cut), not the keys.</summary>
    public required long Connections { get; init; }

    /// <summary>How many leaks were seen, by their kind; kinds that were not seen are left out.</summary>
    public required IReadOnlyDictionary<IsolationLeakKind, int> LeakCounts { get; init; }

    /// <summary>How many leaks were seen.</summary>
    public int LeakCount => LeakCounts.Values.Sum();

    /// <summary>The first hundred of them.</summary>
    public required IReadOnlyList<IsolationLeak> Leaks { get; init; }

    /// <summary>One failure of a run, as an example; null where none failed.</summary>
    public string? FirstFailure { get; init; }

    /// <summary>Whether anything was proved: runs succeeded, and their requests arrived.</summary>
    public bool HasProved => Requests > 0 && Succeeded > 0;

    /// <summary>The figures in one sentence.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() =>
        $"{Workflow}: {Succeeded} of {Runs} runs succeeded, {Requests} requests under {Keys} keys, {Faults} faults, {Rotations} rotations, {LeakCount} leaks"
        + string.Concat(LeakCounts.Select(static leak => $", {leak.Value} {leak.Key}")) + string.Concat(Failures.Select(static failure => $", {failure.Value} failed as {failure.Key}"));
}
