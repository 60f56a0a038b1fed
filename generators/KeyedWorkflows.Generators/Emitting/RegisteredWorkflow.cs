namespace KeyedWorkflows.Generators.Emitting;

/// <summary>What an assembly registers of a workflow.</summary>
/// <param name="FullName">The class.</param>
/// <param name="ClientInterface">The client's interface; null where there is no client.</param>
/// <param name="Client">The client; null where there is none.</param>
internal sealed record RegisteredWorkflow(string FullName, string? ClientInterface, string? Client);
