namespace KeyedWorkflows.Testing;

/// <summary>A run was not as its test says. The message tells what was expected, and how the run went; it needs no test framework to be read.</summary>
/// <param name="message">What was expected, and what was found.</param>
/// <param name="innerException">The run's own error, where it has one.</param>
public sealed class WorkflowAssertionException(string message, Exception? innerException = null) : Exception(message, innerException);
