namespace KeyedWorkflows.Server.KilledHost;

public sealed record Question(string Text);
