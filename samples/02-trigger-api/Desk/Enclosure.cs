namespace TriggerApi.Desk;

/// <summary>What stands in a ticket's attachment.</summary>
public sealed record Enclosure(string Name, string Text);
