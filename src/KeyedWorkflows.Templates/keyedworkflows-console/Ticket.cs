namespace Company.ConsoleApplication1;

/// <summary>What a customer asks.</summary>
public sealed record Ticket(string Question);
