using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>A family of providers that answers as the test says, at once and without network. Each answer is reported with 10 tokens in and 5 out.</summary>
internal sealed class FakeModel : IModelProvider
{
    private readonly ConcurrentQueue<Func<FakeRequest, CancellationToken, Task<ChatResponse>>> script = [];

    public string Name => "fake";

    /// <summary>What was asked, in the order of arrival.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = [];

    /// <summary>The keys and models for which clients were built.</summary>
    public ConcurrentQueue<ModelClientContext> Contexts { get; } = [];

    /// <summary>How many clients were disposed of.</summary>
    public int Disposed => disposed;

    private int disposed;

    /// <summary>What answers where the script has run out.</summary>
    public Func<FakeRequest, CancellationToken, Task<ChatResponse>> Otherwise { get; set; } = static (request, _) => Task.FromResult(Text("re: " + request.Text));

    /// <summary>What a stream waits for before each of its pieces, by number from 0.</summary>
    public Func<int, CancellationToken, Task> BeforePiece { get; set; } = static (_, _) => Task.CompletedTask;

    public static ChatResponse Text(string text, ChatFinishReason? reason = null) => Of(new ChatMessage(ChatRole.Assistant, text), reason ?? ChatFinishReason.Stop);

    public static ChatResponse Of(ChatMessage message, ChatFinishReason? reason = null) => new(message)
    {
        FinishReason = reason ?? ChatFinishReason.Stop,
        Usage = new() { InputTokenCount = 10, OutputTokenCount = 5, TotalTokenCount = 15 },
    };

    /// <summary>An answer that asks for a tool.</summary>
    public static ChatResponse ToolCall(string tool, IDictionary<string, object?>? arguments = null) =>
        Of(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent(Guid.NewGuid().ToString("N"), tool, arguments)]), ChatFinishReason.ToolCalls);

    public FakeModel Answers(params string[] texts)
    {
        foreach (var text in texts)
            script.Enqueue((_, _) => Task.FromResult(Text(text)));
        return this;
    }

    public FakeModel Answers(params ChatResponse[] responses)
    {
        foreach (var response in responses)
            script.Enqueue((_, _) => Task.FromResult(response));
        return this;
    }

    public FakeModel Answers(Func<FakeRequest, CancellationToken, Task<ChatResponse>> answer)
    {
        script.Enqueue(answer);
        return this;
    }

    public FakeModel Fails(Exception error) => Answers((_, _) => Task.FromException<ChatResponse>(error));

    public IChatClient CreateChatClient(ModelClientContext context)
    {
        Contexts.Enqueue(context);
        return new Chat(this, context);
    }

    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context)
    {
        Contexts.Enqueue(context);
        return new Embeddings(this, context);
    }

    private Task<ChatResponse> AnswerAsync(FakeRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        return script.TryDequeue(out var next) ? next(request, cancellationToken) : Otherwise(request, cancellationToken);
    }

    private sealed class Chat(FakeModel model, ModelClientContext context) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            model.AnswerAsync(new(context, [.. messages], options), cancellationToken);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var response = await model.AnswerAsync(new(context, [.. messages], options), cancellationToken);
            var updates = response.ToChatResponseUpdates();
            var piece = 0;
            foreach (var update in updates)
            {
                await model.BeforePiece(piece++, cancellationToken);
                // Word by word, as a provider would.
                if (update.Contents is [TextContent { Text: var text }] && text.Contains(' ', StringComparison.Ordinal))
                {
                    var words = text.Split(' ');
                    for (var word = 0; word < words.Length; word++)
                    {
                        if (word > 0)
                            await model.BeforePiece(piece++, cancellationToken);
                        yield return new(update.Role, word == 0 ? words[word] : " " + words[word]) { FinishReason = word == words.Length - 1 ? update.FinishReason : null };
                    }
                }
                else
                {
                    yield return update;
                }
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => Interlocked.Increment(ref model.disposed);
    }

    private sealed class Embeddings(FakeModel model, ModelClientContext context) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            model.Requests.Enqueue(new(context, [.. values.Select(static value => new ChatMessage(ChatRole.User, value))], null));
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(static value => new Embedding<float>(new float[] { value.Length })))
            {
                Usage = new() { InputTokenCount = 3, TotalTokenCount = 3 },
            });
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => Interlocked.Increment(ref model.disposed);
    }
}
