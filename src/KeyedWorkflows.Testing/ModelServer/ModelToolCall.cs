namespace KeyedWorkflows.Testing;

/// <summary>One call of a tool, as a model asks for it.</summary>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">The arguments as JSON text. It is sent as it is, so that a test can send broken JSON too.</param>
/// <param name="Id">The call's id; null lets the server make one that is unique among its answers.</param>
public sealed record ModelToolCall(string Name, string Arguments, string? Id = null);
