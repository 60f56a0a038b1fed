using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>The newest runs that were asked for, and how many there are in all.</summary>
internal sealed record RunList(IReadOnlyList<StoredRun> Runs, int Total);
