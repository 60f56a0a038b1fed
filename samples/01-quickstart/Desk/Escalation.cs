namespace Quickstart.Desk;

/// <summary>A ticket that a person looks at too.</summary>
public sealed record Escalation(string Queue);
