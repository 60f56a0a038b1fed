using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

/// <summary>A model server on loopback with one accepted key, and the provider on the product's own transport.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly ModelTransport transport = new();
    private readonly OpenAIModelProvider provider;

    private Scene(ModelServer server, string key, OpenAIOptions options)
    {
        Server = server;
        Key = key;
        provider = new OpenAIModelProvider(options);
    }

    public ModelServer Server { get; }

    public string Key { get; }

    /// <summary>Letters alone: no rule about digits stands between a piece of it and a message.</summary>
    public static string NewKey() => "key-" + string.Concat(Guid.NewGuid().ToString("N").Select(c => char.IsDigit(c) ? (char)('g' + (c - '0')) : c));

    public static async Task<Scene> StartAsync(Action<OpenAIOptions>? configure = null, Action<ModelServerOptions>? server = null)
    {
        var key = NewKey();
        OpenAIOptions options = new();
        configure?.Invoke(options);
        return new Scene(
            await ModelServer.StartAsync(
                given =>
                {
                    given.Keys.Add(key);
                    server?.Invoke(given);
                },
                TestContext.Current.CancellationToken),
            key,
            options);
    }

    public IChatClient Chat(string model = "gpt-test", string? key = null, Uri? endpoint = null, string? organization = null, string? project = null, Dictionary<string, Secret>? headers = null) =>
        provider.CreateChatClient(Context(model, key, endpoint, organization, project, headers));

    public IEmbeddingGenerator<string, Embedding<float>> Embeddings(string model = "embedding-test", string? key = null) =>
        provider.CreateEmbeddingGenerator(Context(model, key, null, null, null, null));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        transport.Dispose();
    }

    private ModelClientContext Context(string model, string? key, Uri? endpoint, string? organization, string? project, Dictionary<string, Secret>? headers) => new()
    {
        Model = model,
        ApiKey = Secret.From(key ?? Key),
        Endpoint = endpoint ?? Server.Endpoint,
        Organization = organization,
        Project = project,
        Headers = headers ?? [],
        Transport = transport,
    };
}
