using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>A caller with a token, over real HTTP.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly HttpClient http;

    public TestClient(Uri address, CreatedToken token)
    {
        Token = token;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Value.Reveal());
    }

    public CreatedToken Token { get; }

    public HttpClient Http => http;

    /// <summary>Sends a body to an address.</summary>
    public async Task<TestAnswer> PostAsync(string path, JsonNode body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body.ToJsonString()) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request);
    }

    public async Task<TestAnswer> PostTextAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        return await SendAsync(request);
    }

    public async Task<TestAnswer> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request);
    }

    /// <summary>Runs, and waits for the end.</summary>
    public Task<TestAnswer> RunAsync(JsonObject inputs, Action<JsonObject>? more = null, string path = "workflows/run")
    {
        var body = new JsonObject { ["inputs"] = inputs, ["user"] = "someone", ["response_mode"] = "blocking" };
        more?.Invoke(body);
        return PostAsync(path, body);
    }

    /// <summary>Runs, and reads the events as they come.</summary>
    public Task<TestStream> StreamAsync(JsonObject inputs, Action<JsonObject>? more = null, string path = "workflows/run")
    {
        var body = new JsonObject { ["inputs"] = inputs, ["user"] = "someone", ["response_mode"] = "streaming" };
        more?.Invoke(body);
        return OpenAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body.ToJsonString()) });
    }

    /// <summary>Takes the events of a run up.</summary>
    public Task<TestStream> FollowAsync(string runId, string? lastEventId = null, string user = "someone")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"workflow/{runId}/events?user={user}");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return OpenAsync(request);
    }

    public void Dispose() => http.Dispose();

    private async Task<TestStream> OpenAsync(HttpRequestMessage request)
    {
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new TestStream(answer);
    }

    private async Task<TestAnswer> SendAsync(HttpRequestMessage request)
    {
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await TestAnswer.OfAsync(answer);
    }

    private static StringContent Json(string text)
    {
        var content = new StringContent(text, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
