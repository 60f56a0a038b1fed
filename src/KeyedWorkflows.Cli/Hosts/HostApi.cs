using System.Globalization;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>The trigger API of a host, with a token, over the connection rules of the product's own client. Safe for use from several threads.</summary>
internal sealed class HostApi : IDisposable
{
    /// <summary>How long a host that has taken a question is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http;
    private readonly ApiCalls lookups;
    private readonly TimeProvider time;

    private HostApi(HttpClient http, WorkflowClientOptions options, Terminal terminal)
    {
        this.http = http;
        time = terminal.Time;
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
        string[] ids = [.. (await GetAsync("workflows", "list workflows", cancellationToken)).List("data").Select(static card => card.Text("id"))];
        return ids switch
        {
            [var only] => only,
            [] => throw CommandFault.NotFound("The token may run no workflow that this host has."),
            _ => throw CommandFault.Usage($"The token may run several workflows: name one of {string.Join(", ", ids)}."),
        };
    }

    /// <summary>What the host says of a workflow: schemas, slots, graph.</summary>
    /// <exception cref="OddAnswerException">It is no workflow.</exception>
    public async Task<JsonNode> CardAsync(string workflow, CancellationToken cancellationToken)
    {
        var card = await GetAsync("workflows/" + Uri.EscapeDataString(workflow), "read a workflow", cancellationToken);
        return card.Member("input_schema") is JsonObject ? card : throw new OddAnswerException();
    }

    /// <summary>Which credential a run would use, as the host answers it.</summary>
    /// <exception cref="OddAnswerException">Something is missing of what is shown.</exception>
    public async Task<JsonNode> ExplainAsync(string workflow, byte[] body, CancellationToken cancellationToken)
    {
        var explanation = await ReadAsync(end => lookups.SendAsync("explain a run", workflow, (api, end) => api.ExplainAsync(workflow, JsonBody.Of(body), end), end, end), cancellationToken);
        if (!explanation.Value<bool>("can_run"))
            explanation.Text("error");
        explanation.TextOrNull("error_code");
        foreach (var slot in explanation.List("slots"))
        {
            slot.Text("slot");
            slot.Text("reason");
            foreach (var optional in (string[])["source", "profile", "provider", "model"])
                slot.TextOrNull(optional);
        }
        return explanation;
    }

    public void Dispose() => http.Dispose();

    private Task<JsonNode> GetAsync(string path, string what, CancellationToken cancellationToken)
    {
        var address = new Uri(http.BaseAddress!.AbsoluteUri.TrimEnd('/') + "/" + path);
        return ReadAsync(end => lookups.SendAsync(what, "", (_, end) => http.GetAsync(address, end), end, end), cancellationToken);
    }

    private async Task<JsonNode> ReadAsync(Func<CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            using var answer = await ask(patience.Token);
            return HostAnswer.Parse(await answer.Content.ReadAsByteArrayAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandFault.Unavailable(string.Create(CultureInfo.InvariantCulture, $"The host took the connection, and did not answer within {Patience.TotalSeconds:0} seconds. Look at it, or at --host."));
        }
        catch (System.Text.Json.JsonException)
        {
            throw NotOurs();
        }
    }

    private static CommandFault NotOurs() => CommandFault.Unavailable("What answered is no host of workflows: its answer is no JSON. Look at --host.");
}
