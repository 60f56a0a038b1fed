namespace KeyedWorkflows.AotSmoke;

public sealed record Plan(string Title, IReadOnlyList<Stop> Stops);
