namespace KeyedWorkflows.Testing;

/// <summary>No value was found for a schema. The message says where and what to do; it becomes a 400.</summary>
internal sealed class UnsatisfiableSchemaException(string message) : Exception($"Invalid schema: {message} Write a rule that answers this request.");
