namespace Company.ConsoleApplication1;

/// <summary>What the customer is answered.</summary>
public sealed record Reply(string Text, string Topic);
