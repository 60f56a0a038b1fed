using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>A run with its steps and its calls of models.</summary>
internal sealed record RunDetail(StoredRun Run, IReadOnlyList<RunStep> Steps, IReadOnlyList<RunModelCall> Calls);
