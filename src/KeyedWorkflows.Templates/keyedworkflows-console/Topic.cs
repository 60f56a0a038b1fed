namespace Company.ConsoleApplication1;

/// <summary>What a ticket is about.</summary>
public sealed record Topic(string Name);
