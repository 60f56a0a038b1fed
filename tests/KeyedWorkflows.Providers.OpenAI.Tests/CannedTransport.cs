using System.Net;
using System.Text;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

/// <summary>Answers without a socket, for what no well-behaved server says and for hosts that are not on loopback. It keeps the requests that came.</summary>
internal sealed class CannedTransport(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler, IModelTransport
{
    public const string Completion =
        """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""";

    public List<HttpRequestMessage> Requests { get; } = [];

    public string Key { get; } = Scene.NewKey();

    public static CannedTransport Answering(int status, string body, params (string Name, string Value)[] headers) =>
        new(_ => Response(status, body, "application/json", headers));

    public static CannedTransport Streaming(string body) => new(_ => Response(200, body, "text/event-stream"));

    public static CannedTransport Throwing(Func<Exception> error) => new(_ => throw error());

    public static HttpResponseMessage Response(int status, string body, string type, params (string Name, string Value)[] headers)
    {
        HttpResponseMessage response = new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    public HttpClient ClientFor(Uri endpoint) => new(this, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public IChatClient Chat(string? endpoint = null, string model = "gpt-test", OpenAIOptions? options = null, TimeProvider? clock = null) =>
        new OpenAIModelProvider(options ?? new OpenAIOptions(), clock).CreateChatClient(Context(endpoint, model));

    public IEmbeddingGenerator<string, Embedding<float>> Embeddings() => new OpenAIModelProvider(new OpenAIOptions()).CreateEmbeddingGenerator(Context(null, "embedding-test"));

    public ModelClientContext Context(string? endpoint, string model) =>
        new() { Model = model, ApiKey = Secret.From(Key), Endpoint = endpoint is null ? null : new Uri(endpoint), Transport = this };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A network never answers before it was asked.
        await Task.Yield();
        lock (Requests)
            Requests.Add(request);
        return answer(request);
    }
}
