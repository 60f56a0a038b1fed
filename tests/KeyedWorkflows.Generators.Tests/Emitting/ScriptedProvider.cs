using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>A family of models that answer by a function of the test's, and keep what they were asked.</summary>
internal sealed class ScriptedProvider : IModelProvider
{
    public string Name => "scripted";

    /// <summary>What a model answers to the messages' text. The echo, unless said otherwise.</summary>
    public Func<string, string> Answer { get; set; } = static text => "echo of " + text;

    /// <summary>What a model answers to a whole request; null: <see cref="Answer"/> does.</summary>
    public Func<IReadOnlyList<ChatMessage>, ChatOptions?, ChatResponse?>? Respond { get; set; }

    public ConcurrentQueue<ScriptedRequest> Requests { get; } = new();

    public IChatClient CreateChatClient(ModelClientContext context) => new Client(this, context);

    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) => new Generator();

    private sealed class Client(ScriptedProvider provider, ModelClientContext context) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(Answer([.. messages], options));
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var answer = Answer([.. messages], options);
            foreach (var word in answer.Text.Split(' '))
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                yield return new(ChatRole.Assistant, (answer.Text.StartsWith(word, StringComparison.Ordinal) ? "" : " ") + word);
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

        public void Dispose()
        {
        }

        private ChatResponse Answer(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
        {
            provider.Requests.Enqueue(new(context.Model, messages, options));
            return provider.Respond?.Invoke(messages, options) ?? new(new ChatMessage(ChatRole.Assistant, provider.Answer(string.Join('\n', messages.Select(static message => message.Text)))));
        }
    }

    private sealed class Generator : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(static value => new Embedding<float>(new float[] { value.Length }))));

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

        public void Dispose()
        {
        }
    }
}
