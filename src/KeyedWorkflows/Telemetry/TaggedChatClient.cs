using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>Lies beneath the layer that begins a call's span, and writes <see cref="CallTags"/> on it.</summary>
internal sealed class TaggedChatClient(IChatClient inner, string sourceName, ChatClientLayerContext context) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        CallTags.Write(sourceName, context);
        return base.GetResponseAsync(messages, options, cancellationToken);
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CallTags.Write(sourceName, context);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
            yield return update;
    }
}
