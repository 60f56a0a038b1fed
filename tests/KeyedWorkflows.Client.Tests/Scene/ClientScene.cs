using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>A server with tenant acme's profile <c>acme_openai</c> and a token for it, and an application beside it.</summary>
internal sealed class ClientScene : IAsyncDisposable
{
    public static readonly string[] Workflows = [.. ServerScene.AllWorkflows, "paths", "outer", "captioned"];

    private readonly List<IAsyncDisposable> others = [];

    private ClientScene(ServerScene server, string key, Secret token)
    {
        Server = server;
        Key = key;
        Token = token;
        Host = ClientHost.Of(server.Address, token);
        others.Add(Host);
    }

    public ServerScene Server { get; }

    public ModelServer Models => Server.Models;

    /// <summary>Acme's key with the provider.</summary>
    public string Key { get; }

    public Secret Token { get; }

    public ClientHost Host { get; }

    /// <summary>What acme's key was charged for.</summary>
    public ModelServerUsage Paid => Models.Usage(Key);

    public static async Task<ClientScene> StartAsync(Action<WorkflowServerOptions>? configure = null, Action<TokenDraftBuilder>? token = null)
    {
        var server = await ServerScene.StartAsync(new() { Server = configure });
        var key = ServerScene.NewKey();
        await server.AddProfileAsync("acme_openai", "acme", key);
        var draft = new TokenDraftBuilder();
        token?.Invoke(draft);
        var made = await server.Tokens.CreateAsync(draft.Draft);
        server.Models.When(request => request.LastUserMessage.StartsWith("Which topic", StringComparison.Ordinal)).AnswerJson("""{"name":"delivery","mood":"Calm"}""");
        server.Models.When(request => request.LastUserMessage.StartsWith("Ticket", StringComparison.Ordinal)).Stream("It is ", "on its way.");
        server.Models.When(request => request.LastUserMessage.StartsWith("Digest: one", StringComparison.Ordinal) || request.LastUserMessage.StartsWith("Digest: two", StringComparison.Ordinal)).AnswerJson("""{"text":"short","length":5}""");
        return new(server, key, made.Value);
    }

    public TClient Get<TClient>()
        where TClient : notnull => Host.Get<TClient>();

    /// <summary>Another application.</summary>
    public ClientHost AddHost(Uri? address = null, Secret? token = null, Action<WorkflowClientOptions>? configure = null, Action<IServiceCollection>? more = null)
    {
        var host = ClientHost.Of(address ?? Server.Address, token ?? Token, configure, more);
        others.Add(host);
        return host;
    }

    /// <summary>A line to the server that can be cut, and an application behind it.</summary>
    public (CutLine Line, ClientHost Host) AddLine(CutLine? line = null)
    {
        line ??= CutLine.To(Server.Address);
        others.Add(line);
        return (line, AddHost(line.Address));
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = others.Count - 1; i >= 0; i--)
            await others[i].DisposeAsync();
        await Server.DisposeAsync();
    }
}
