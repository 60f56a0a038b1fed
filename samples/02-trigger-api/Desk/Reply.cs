namespace TriggerApi.Desk;

/// <summary>The workflow's output.</summary>
public sealed record Reply(string Text, string Topic, bool Urgent);
