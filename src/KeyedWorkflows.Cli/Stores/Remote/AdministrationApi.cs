using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Client;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>Calls the administration API of a host. Nothing is asked twice: whether a change was made is not known where an answer is lost. Safe for use from several threads.</summary>
internal sealed class AdministrationApi : IDisposable
{
    private const int MostOfPage = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient http;
    private readonly string address;

    private AdministrationApi(HttpClient http, Uri address)
    {
        this.http = http;
        this.address = address.AbsoluteUri.TrimEnd('/');
    }

    /// <exception cref="CommandFault">A token, and keys, would travel in the open.</exception>
    public static AdministrationApi Open(Uri address, Secret token)
    {
        var options = new WorkflowClientOptions { BaseAddress = address, Token = token };
        if (options.FirstFault is not null)
            throw CommandFault.Usage("The host is plain http on another machine, where the token and keys would travel in the open: use https.");
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15), UseCookies = false, UseProxy = false });
        ApiClient.Over(http, options);
        return new AdministrationApi(http, address);
    }

    /// <summary>Makes a call.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">Of what, from the API's address on.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="revision">The revision that is to be changed; null for any.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AdministrationRefusal">The host refused.</exception>
    /// <exception cref="OddAnswerException">The host has done it, and answered nothing.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, byte[]? body, string? revision, CancellationToken cancellationToken) =>
        await AnswerAsync(method, path, body, revision, cancellationToken) ?? throw new OddAnswerException();

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    /// <summary>Deletes what is answered with nothing.</summary>
    /// <exception cref="AdministrationRefusal">The host refused.</exception>
    /// <exception cref="OddAnswerException">It was answered with something.</exception>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        if (await AnswerAsync(HttpMethod.Delete, path, null, null, cancellationToken) is not null)
            throw new OddAnswerException();
    }

    /// <summary>Reads a page of a list.</summary>
    /// <param name="path">The list.</param>
    /// <param name="page">Which, from 1 on.</param>
    /// <param name="limit">How much is on it at most.</param>
    /// <param name="before">The page before it; null for the first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ListPage> PageAsync(string path, int page, int limit, ListPage? before, CancellationToken cancellationToken) => ListPage.Read(
        await GetAsync(string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}page={page}&limit={Math.Min(limit, MostOfPage)}"), cancellationToken), before);

    /// <summary>Reads all pages of a list.</summary>
    public async Task<List<JsonNode?>> ListAsync(string path, CancellationToken cancellationToken)
    {
        List<JsonNode?> all = [];
        ListPage? read = null;
        for (var page = 1; read is not { HasMore: false }; page++)
        {
            read = await PageAsync(path, page, MostOfPage, read, cancellationToken);
            all.AddRange(read.Items);
        }
        return all;
    }

    public void Dispose() => http.Dispose();

    /// <summary>What says that it is JSON, and that it was done, is an answer, whatever it is.</summary>
    private static JsonNode Parse(byte[] bytes)
    {
        try
        {
            return HostAnswer.Parse(bytes);
        }
        catch (JsonException)
        {
            throw new OddAnswerException();
        }
    }

    /// <summary>What is answered; null for nothing.</summary>
    private async Task<JsonNode?> AnswerAsync(HttpMethod method, string path, byte[]? body, string? revision, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(method, address + path);
            if (body is not null)
                request.Content = JsonBody.Of(body);
            if (revision is not null)
                request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{revision}\""));
            using var answer = await http.SendAsync(request, patience.Token);
            var bytes = await answer.Content.ReadAsByteArrayAsync(patience.Token);
            if (answer.StatusCode == HttpStatusCode.NoContent)
                return null;
            var isJson = answer.Content.Headers.ContentType?.MediaType == "application/json";
            if (answer.IsSuccessStatusCode && (isJson || bytes.Length == 0))
                return Parse(bytes);
            throw AdministrationRefusal.Of((int)answer.StatusCode, isJson ? JsonNode.Parse(bytes) : null);
        }
        catch (JsonException)
        {
            throw CommandFault.Unavailable("What answered is no administration API: its answer is no JSON. Look at --host.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && method != HttpMethod.Get)
        {
            throw new CommandFault(ExitCodes.Interrupted, "Interrupted. Whether the host did what was asked is not known: look before you repeat it.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandFault.Unavailable(string.Create(CultureInfo.InvariantCulture, $"The host did not answer within {Patience.TotalSeconds:0} seconds. Whether it did what was asked is not known: look before you repeat it."));
        }
        catch (HttpRequestException error)
        {
            throw CommandFault.Unavailable($"The host could not be reached, or the connection broke ({ConnectionFaults.NameOf(error)}). Where something was to be changed, look before you repeat it.");
        }
    }
}
