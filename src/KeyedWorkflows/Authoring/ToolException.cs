namespace KeyedWorkflows;

/// <summary>A failure of a tool that the model is told of, so that it can do better: a wrong argument, nothing found. The message is sent to the model as it is.</summary>
/// <param name="message">What to tell the model.</param>
public sealed class ToolException(string message) : Exception(message);
