namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>A step failed because the script says so.</summary>
internal sealed class ScriptedException(string step) : Exception($"{step} fails.");
