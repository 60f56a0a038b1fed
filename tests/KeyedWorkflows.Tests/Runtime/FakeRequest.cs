using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>A request as it came to <see cref="FakeModel"/>.</summary>
internal sealed record FakeRequest(ModelClientContext Context, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)
{
    /// <summary>The text of the last message.</summary>
    public string Text => Messages[^1].Text;
}
