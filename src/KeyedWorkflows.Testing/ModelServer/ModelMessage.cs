namespace KeyedWorkflows.Testing;

/// <summary>One message of a chat request.</summary>
/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>, as sent.</param>
/// <param name="Text">The text; where the content is a list of parts, its text parts joined. Empty where there is none.</param>
public sealed record ModelMessage(string Role, string Text)
{
    /// <summary>The tool calls that an assistant message repeats.</summary>
    public IReadOnlyList<ModelToolCall> ToolCalls { get; init; } = [];

    /// <summary>The call that a tool message answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The parts that are not text (images, files, audio), as JSON; null where there are none.</summary>
    internal string? OtherParts { get; init; }
}
