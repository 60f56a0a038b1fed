using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Benchmarks;

/// <summary>A family of providers whose clients are never called: what is measured with it is what happens before a call.</summary>
internal sealed class IdleProvider : IModelProvider
{
    public string Name => "idle";

    public IChatClient CreateChatClient(ModelClientContext context) => new IdleClient();

    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) => throw new NotSupportedException();

    private sealed class IdleClient : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
