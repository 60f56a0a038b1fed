namespace KeyedWorkflows.AotSmoke;

public sealed record Stop(string Place, int Day);
