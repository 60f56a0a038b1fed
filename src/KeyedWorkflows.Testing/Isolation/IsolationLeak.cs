namespace KeyedWorkflows.Testing;

/// <summary>One place where a run reached into another.</summary>
/// <param name="Kind">How.</param>
/// <param name="Run">The number of the run; null where it could not be told.</param>
/// <param name="What">What was seen, with the payers by name; never a key.</param>
public sealed record IsolationLeak(IsolationLeakKind Kind, int? Run, string What);
