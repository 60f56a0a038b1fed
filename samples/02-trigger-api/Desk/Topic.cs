namespace TriggerApi.Desk;

/// <summary>What the model says a ticket is about: structured output.</summary>
public sealed record Topic(string Name, bool Urgent);
