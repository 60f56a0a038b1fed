using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace KeyedWorkflows.Testing.Tests;

/// <summary>A plain HTTP client of one key, so that the tests see what is on the wire.</summary>
internal sealed class Wire : IDisposable
{
    private readonly HttpClient _client;

    public Wire(ModelServer server, string? key)
    {
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server.Endpoint.AbsoluteUri + "/") };
        if (key is not null)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public HttpRequestHeaders Headers => _client.DefaultRequestHeaders;

    public static string NewKey() => "key-" + Guid.NewGuid().ToString("N");

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<ModelServer> ServerFor(params string[] keys) => ModelServer.StartAsync(options => Array.ForEach(keys, options.Keys.Add), Cancelled);

    public void Dispose() => _client.Dispose();

    public Task<HttpResponseMessage> PostAsync(string path, string body, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return _client.SendAsync(request, until, Cancelled);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute), Cancelled);

    public Task<HttpResponseMessage> AskAsync(string text, string more = "", string model = "gpt-4o-mini") => PostAsync("chat/completions", Body(text, more, model));

    public Task<HttpResponseMessage> AskStreamAsync(string text) => PostAsync("chat/completions", Body(text, StreamWithUsage), HttpCompletionOption.ResponseHeadersRead);

    public const string StreamWithUsage = ""","stream":true,"stream_options":{"include_usage":true}""";

    public static string Body(string text, string more = "", string model = "gpt-4o-mini") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}]{{more}}}""";

    public async Task<JsonElement> AskForJsonAsync(string text, string more = "")
    {
        using var response = await AskAsync(text, more);
        return await JsonAsync(response);
    }

    public async Task<string?> AnswerToAsync(string text, string more = "") => (await AskForJsonAsync(text, more)).Text();

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancelled));

    /// <summary>The data of every event, without <c>[DONE]</c>, which must be there.</summary>
    public static async Task<List<JsonElement>> EventsAsync(HttpResponseMessage response)
    {
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(Cancelled)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", lines[^1]);
        return [.. lines[..^1].Select(line => JsonElement.Parse(line["data: ".Length..]))];
    }
}

internal static class CompletionReading
{
    public static string? Text(this JsonElement completion) => completion.Message().GetProperty("content").GetString();

    public static JsonElement Message(this JsonElement completion) => completion.GetProperty("choices")[0].GetProperty("message");

    public static string? FinishReason(this JsonElement completion) => completion.GetProperty("choices")[0].GetProperty("finish_reason").GetString();

    public static string? Code(this JsonElement error) => error.GetProperty("error").GetProperty("code").GetString();

    public static (int Prompt, int Completion) Usage(this JsonElement answer)
    {
        var usage = answer.GetProperty("usage");
        return (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
    }
}
