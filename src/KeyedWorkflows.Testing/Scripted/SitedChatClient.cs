using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing;

internal sealed class SitedChatClient(IChatClient inner, ModelCallSite site) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        CallFlow.Site = site;
        return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (updates.ConfigureAwait(false))
        {
            while (true)
            {
                // Each step of an enumeration has the flow of who asks for it.
                CallFlow.Site = site;
                if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    yield break;
                yield return updates.Current;
            }
        }
    }
}
