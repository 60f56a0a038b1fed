using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>The trigger API of a host, with a token, over the connection rules of the product's own client. Safe for use from several threads.</summary>
internal sealed class HostApi : IDisposable
{
    private readonly HttpClient http;
    private readonly ApiCalls lookups;

    private HostApi(HttpClient http, WorkflowClientOptions options, Terminal terminal)
    {
        this.http = http;
        var api = ApiClient.Over(http, options);
        Calls = new ApiCalls(api, options, terminal.Time, new RetryNotice(terminal, options.RetryFor));

        // What is asked before anything is begun is asked once: a host that is away, or another than was meant, is said at once.
        var once = new WorkflowClientOptions { BaseAddress = options.BaseAddress, Token = options.Token, RetryFor = TimeSpan.Zero };
        lookups = new ApiCalls(api, once, terminal.Time, NullLogger.Instance);
    }

    public ApiCalls Calls { get; }

    /// <exception cref="CommandFault">A token would travel in the open.</exception>
    public static HostApi Open(Uri address, Secret token, TimeSpan retryFor, Terminal terminal)
    {
        var options = new WorkflowClientOptions { BaseAddress = address, Token = token, RetryFor = retryFor };
        if (options.FirstFault is not null)
            throw CommandFault.Usage("The host is plain http on another machine, where the token would travel in the open: use https.");
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = 1_000,
            UseCookies = false,
            UseProxy = false,
        };
        return new HostApi(new HttpClient(handler), options, terminal);
    }

    /// <summary>The one workflow of the token, where it has one.</summary>
    public async Task<string> OnlyWorkflowAsync(CancellationToken cancellationToken)
    {
        var cards = (await GetAsync("workflows", "list workflows", cancellationToken))["data"]?.AsArray() ?? [];
        return cards switch
        {
            [{ } only] => (string)only["id"]!,
            [] => throw CommandFault.NotFound("The token may run no workflow that this host has."),
            _ => throw CommandFault.Usage($"The token may run several workflows: name one of {string.Join(", ", cards.Select(static card => (string?)card?["id"]))}."),
        };
    }

    /// <summary>What the host says of a workflow: schemas, slots, graph.</summary>
    public Task<JsonNode> CardAsync(string workflow, CancellationToken cancellationToken) => GetAsync("workflows/" + Uri.EscapeDataString(workflow), "read a workflow", cancellationToken);

    public async Task<JsonNode> ExplainAsync(string workflow, byte[] body, CancellationToken cancellationToken)
    {
        using var answer = await Calls.SendAsync("explain a run", workflow, (api, end) => api.ExplainAsync(workflow, JsonBody.Of(body), end), cancellationToken, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonNode> GetAsync(string path, string what, CancellationToken cancellationToken)
    {
        var address = new Uri(http.BaseAddress!.AbsoluteUri.TrimEnd('/') + "/" + path);
        using var answer = await lookups.SendAsync(what, "", (_, end) => http.GetAsync(address, end), cancellationToken, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return JsonNode.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken)) ?? throw NotOurs();
        }
        catch (System.Text.Json.JsonException)
        {
            throw NotOurs();
        }
    }

    private static CommandFault NotOurs() => CommandFault.Unavailable("What answered is no host of workflows: its answer is no JSON. Look at --host.");
}
