namespace KeyedWorkflows.Storage;

/// <summary>A page of runs, and how many there are in all.</summary>
internal sealed record RunPage(IReadOnlyList<StoredRun> Runs, int Total);
