namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

public sealed record Outcome(string Text, int Dimensions);
