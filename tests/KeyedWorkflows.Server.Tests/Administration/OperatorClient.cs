using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>An operator, over real HTTP.</summary>
internal sealed class OperatorClient : IDisposable
{
    private readonly HttpClient http;

    public OperatorClient(Uri server, string? token)
    {
        Token = token;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(server, "/admin/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string? Token { get; }

    public HttpClient Http => http;

    public Task<TestAnswer> GetAsync(string path) => SendAsync("GET", path, (string?)null);

    public Task<TestAnswer> DeleteAsync(string path, string? ifMatch = null) => SendAsync("DELETE", path, (string?)null, ifMatch);

    public Task<TestAnswer> PostAsync(string path, JsonNode? body = null, string? ifMatch = null) => SendAsync("POST", path, body?.ToJsonString(), ifMatch);

    public Task<TestAnswer> PutAsync(string path, JsonNode body, string? ifMatch = null) => SendAsync("PUT", path, body.ToJsonString(), ifMatch);

    public Task<TestAnswer> PatchAsync(string path, JsonNode body, string? ifMatch = null) => SendAsync("PATCH", path, body.ToJsonString(), ifMatch);

    public async Task<TestAnswer> SendAsync(string method, string path, string? body, string? ifMatch = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await TestAnswer.OfAsync(answer);
    }

    public void Dispose() => http.Dispose();
}
