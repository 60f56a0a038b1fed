using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>The layers that lie around the clients of some slots. Clients are cached by it: the same layers are the same set.</summary>
internal sealed class ChatClientLayerSet(ChatClientLayer[] layers, IServiceProvider services)
{
    public IServiceProvider Services { get; } = services;

    /// <summary>Puts the layers around a client: the one that was added first lies outermost.</summary>
    public IChatClient Around(GuardedChatClient client, ChatClientLayerContext context)
    {
        IChatClient whole = client;
        try
        {
            for (var i = layers.Length - 1; i >= 0; i--)
                whole = layers[i].Wrap(whole, context) ?? throw new InvalidOperationException("A layer that was given to UseChatClient returned null. Return the client itself where there is nothing to add.");
            return whole;
        }
        catch
        {
            whole.Dispose();
            throw;
        }
    }
}
