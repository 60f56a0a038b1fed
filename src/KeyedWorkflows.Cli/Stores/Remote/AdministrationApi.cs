using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Client;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>Calls the administration API of a host. Nothing is asked twice: whether a change was made is not known where an answer is lost. Safe for use from several threads.</summary>
internal sealed class AdministrationApi : IDisposable
{
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
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, byte[]? body, string? revision, CancellationToken cancellationToken)
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
                return new JsonObject();
            var json = answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(bytes) : null;
            return answer.IsSuccessStatusCode && json is not null ? json : throw AdministrationRefusal.Of((int)answer.StatusCode, json);
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

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    /// <summary>Reads all pages of a list.</summary>
    public async Task<List<JsonNode>> ListAsync(string path, CancellationToken cancellationToken)
    {
        List<JsonNode> all = [];
        for (var page = 1; ; page++)
        {
            var read = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}page={page}&limit=500"), cancellationToken);
            all.AddRange((read["data"]?.AsArray() ?? []).OfType<JsonNode>());
            if ((bool?)read["has_more"] != true)
                return all;
        }
    }

    public void Dispose() => http.Dispose();
}
