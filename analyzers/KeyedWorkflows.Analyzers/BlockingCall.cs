namespace KeyedWorkflows.Analyzers;

/// <summary>A call that holds a thread.</summary>
/// <param name="Name">What is called, for people: <c>Task.Wait</c>.</param>
/// <param name="Instead">What to do, a sentence.</param>
internal sealed record BlockingCall(string Name, string Instead);
