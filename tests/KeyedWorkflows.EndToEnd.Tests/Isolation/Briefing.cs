namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

public sealed record Briefing(string Topic);
