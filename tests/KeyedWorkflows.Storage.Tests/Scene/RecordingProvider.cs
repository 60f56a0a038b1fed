using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A family of providers without a network: it notes which key each call was paid with.</summary>
internal sealed class RecordingProvider : IModelProvider
{
    public const string Family = "fake";

    public ConcurrentQueue<Secret> Paid { get; } = new();

    /// <summary>What was asked, and with which key, of each call.</summary>
    public ConcurrentQueue<(string Asked, Secret Key)> Calls { get; } = new();

    /// <summary>What happens during a call.</summary>
    public Action? BeforeAnswer { get; set; }

    /// <summary>What a call waits for, by what was asked.</summary>
    public Func<string, Task>? WhileAnswering { get; set; }

    public string Name => Family;

    public IChatClient CreateChatClient(ModelClientContext context) => new Client(this, context.ApiKey!);

    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) => throw new NotSupportedException();

    private sealed class Client(RecordingProvider provider, Secret key) : IChatClient
    {
        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            provider.Paid.Enqueue(key);
            var asked = messages.Last().Text;
            provider.Calls.Enqueue((asked, key));
            provider.BeforeAnswer?.Invoke();
            if (provider.WhileAnswering is { } wait)
                await wait(asked);
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "answer")) { FinishReason = ChatFinishReason.Stop };
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
                yield return update;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
