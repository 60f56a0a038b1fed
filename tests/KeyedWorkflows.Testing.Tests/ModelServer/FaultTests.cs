using System.Net;
using System.Text;
using System.Text.Json;

namespace KeyedWorkflows.Testing.Tests;

public sealed class FaultTests
{
    private readonly string _key = Wire.NewKey();

    [Theory]
    [InlineData(2000, "2", null)]
    [InlineData(1500, "2", "1500")]
    [InlineData(20, "1", "20")]
    [InlineData(0, "0", null)]
    public async Task A_429_tells_when_to_come_back(int milliseconds, string seconds, string? exact)
    {
        using var response = await FailAsync(ModelServerFault.RateLimited(TimeSpan.FromMilliseconds(milliseconds)));
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("rate_limit_exceeded", (await Wire.JsonAsync(response)).Code());
        Assert.Equal(seconds, response.Headers.GetValues("Retry-After").Single());
        Assert.Equal(exact, response.Headers.TryGetValues("retry-after-ms", out var values) ? values.Single() : null);
    }

    public static TheoryData<string, int, string?> Envelopes => new()
    {
        { "quota", 429, "insufficient_quota" },
        { "server", 500, null },
        { "overloaded", 503, null },
        { "model", 404, "model_not_found" },
        { "filter", 400, "content_filter" },
        { "context", 400, "context_length_exceeded" },
        { "own", 403, "country_not_supported" },
    };

    [Theory]
    [MemberData(nameof(Envelopes))]
    public async Task Errors_come_in_the_envelope_streamed_or_not(string name, int status, string? code)
    {
        var fault = name switch
        {
            "quota" => ModelServerFault.InsufficientQuota(),
            "server" => ModelServerFault.ServerError(),
            "overloaded" => ModelServerFault.ServerError(503),
            "model" => ModelServerFault.ModelNotFound(),
            "filter" => ModelServerFault.ContentFiltered(),
            "context" => ModelServerFault.ContextLengthExceeded(8192),
            _ => ModelServerFault.Error(403, "country_not_supported", "Not here."),
        };
        foreach (var more in (string[])["", Wire.StreamWithUsage])
        {
            using var response = await FailAsync(fault, more);
            Assert.Equal(status, (int)response.StatusCode);
            var error = (await Wire.JsonAsync(response)).GetProperty("error");
            Assert.Equal(code, error.GetProperty("code").GetString());
            Assert.NotEqual("", error.GetProperty("message").GetString());
        }
    }

    [Fact]
    public async Task A_401_may_echo_the_accepted_key_whole_or_masked()
    {
        using var whole = await FailAsync(ModelServerFault.EchoKeyInError());
        Assert.Equal(HttpStatusCode.Unauthorized, whole.StatusCode);
        Assert.Contains(_key, await whole.Content.ReadAsStringAsync(Wire.Cancelled), StringComparison.Ordinal);
        Assert.Equal(_key, whole.Headers.GetValues("x-refused-key").Single());

        using var masked = await FailAsync(ModelServerFault.Unauthorized());
        var text = await masked.Content.ReadAsStringAsync(Wire.Cancelled);
        Assert.Contains(_key[..8] + "*", text, StringComparison.Ordinal);
        Assert.DoesNotContain(_key, text, StringComparison.Ordinal);

        using var gateway = await FailAsync(ModelServerFault.EchoKeyInError(502));
        Assert.Equal(HttpStatusCode.BadGateway, gateway.StatusCode);
    }

    [Fact]
    public async Task A_redirect_points_elsewhere()
    {
        using var response = await FailAsync(ModelServerFault.Redirect(new Uri("http://127.0.0.1:1/v1/chat/completions")));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal(1, response.Headers.Location?.Port);
    }

    [Fact]
    public async Task A_connection_cut_before_the_headers_gives_no_response()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => FailAsync(ModelServerFault.CutConnection()));
        await Assert.ThrowsAsync<HttpRequestException>(() => FailAsync(ModelServerFault.CutConnection(), Wire.StreamWithUsage));
    }

    [Fact]
    public async Task A_stream_that_is_cut_has_brought_its_pieces()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Fail(ModelServerFault.CutStream(afterChunks: 2));
        using Wire wire = new(server, _key);
        for (var round = 0; round < 20; round++)
        {
            using var response = await wire.AskStreamAsync("x");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var (text, error) = await ReadToEndAsync(response);
            Assert.Contains("piece 1 ", text, StringComparison.Ordinal);
            Assert.Contains("piece 2 ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("piece 3 ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
            Assert.IsType<HttpIOException>(error);
        }

        Assert.Equal(20, server.Usage(_key).Failed);
        Assert.Equal(0, server.Usage(_key).TotalTokens);
    }

    [Fact]
    public async Task A_whole_answer_that_is_cut_ends_in_its_middle()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => FailAsync(ModelServerFault.CutStream()));
    }

    [Fact]
    public async Task A_stream_may_say_an_error_after_pieces()
    {
        using var response = await FailAsync(ModelServerFault.ErrorInStream(afterChunks: 1), Wire.StreamWithUsage);
        var text = await response.Content.ReadAsStringAsync(Wire.Cancelled);
        Assert.Contains("piece 1 ", text, StringComparison.Ordinal);
        Assert.Contains("data: {\"error\":", text, StringComparison.Ordinal);
        using var whole = await FailAsync(ModelServerFault.ErrorInStream());
        Assert.Equal(HttpStatusCode.InternalServerError, whole.StatusCode);
    }

    [Fact]
    public async Task Malformed_answers_are_complete_responses_of_broken_JSON()
    {
        using var whole = await FailAsync(ModelServerFault.Malformed());
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        var text = await whole.Content.ReadAsStringAsync(Wire.Cancelled);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(text));

        using var stream = await FailAsync(ModelServerFault.Malformed(), Wire.StreamWithUsage);
        await Assert.ThrowsAnyAsync<JsonException>(() => Wire.EventsAsync(stream));
    }

    [Fact]
    public async Task An_answer_may_hold_no_choice()
    {
        using var whole = await FailAsync(ModelServerFault.NoChoices());
        Assert.Equal(0, (await Wire.JsonAsync(whole)).GetProperty("choices").GetArrayLength());
        using var stream = await FailAsync(ModelServerFault.NoChoices(), Wire.StreamWithUsage);
        Assert.Empty(await Wire.EventsAsync(stream));
    }

    [Fact]
    public async Task An_oversized_answer_has_the_size_asked_for()
    {
        using var whole = await FailAsync(ModelServerFault.Oversized(1_000_000));
        Assert.Equal(1_000_000, (await Wire.JsonAsync(whole)).Text()!.Length);
        using var stream = await FailAsync(ModelServerFault.Oversized(100_000), Wire.StreamWithUsage);
        var pieces = (await Wire.EventsAsync(stream)).SelectMany(e => e.GetProperty("choices").EnumerateArray())
            .Select(c => c.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString()!.Length : 0);
        Assert.Equal(100_000, pieces.Sum());
    }

    [Fact]
    public async Task An_endless_answer_ends_at_the_bound_or_when_the_client_leaves()
    {
        await using var server = await ModelServer.StartAsync(o => { o.Keys.Add(_key); o.EndlessAnswerBytes = 300_000; }, Wire.Cancelled);
        server.When(_ => true).Fail(ModelServerFault.Endless());
        using Wire wire = new(server, _key);
        using var whole = await wire.AskAsync("x");
        Assert.Equal(300_000, (await Wire.JsonAsync(whole)).Text()!.Length);
        using (var left = await wire.AskStreamAsync("x"))
            Assert.Equal(HttpStatusCode.OK, left.StatusCode);
    }

    [Fact]
    public async Task No_answer_lasts_until_the_client_leaves()
    {
        await using var server = await Wire.ServerFor(_key);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Wire.Cancelled);
        server.When(_ => { leaving.CancelAfter(TimeSpan.FromMilliseconds(20)); return true; }).Fail(ModelServerFault.NoAnswer());
        using HttpClient client = new();
        client.DefaultRequestHeaders.Authorization = new("Bearer", _key);
        using StringContent body = new(Wire.Body("x"), Encoding.UTF8, "application/json");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PostAsync(server.Endpoint + "/chat/completions", body, leaving.Token));
    }

    [Fact]
    public async Task Faults_hit_embeddings_too()
    {
        await using var server = await Wire.ServerFor(_key);
        server.FailNext(ModelServerFault.RateLimited(TimeSpan.FromSeconds(3)));
        using Wire wire = new(server, _key);
        using var response = await wire.PostAsync("embeddings", """{"model":"e","input":"x"}""");
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
    }

    [Fact]
    public async Task Faults_count_as_failed_and_add_no_tokens()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Script(ModelServerFault.ServerError(), ModelServerFault.Malformed(), ModelServerFault.RateLimited(), "fine");
        using Wire wire = new(server, _key);
        for (var i = 0; i < 4; i++)
            (await wire.AskAsync("four")).Dispose();
        Assert.Equal(new ModelServerUsage(4, 0, 3, 1, 0, 1), server.Usage(_key));
    }

    private async Task<HttpResponseMessage> FailAsync(ModelServerFault fault, string more = "")
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Fail(fault);
        using Wire wire = new(server, _key);
        return await wire.AskAsync("x", more);
    }

    private static async Task<(string Text, Exception? Error)> ReadToEndAsync(HttpResponseMessage response)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(Wire.Cancelled);
        StringBuilder text = new();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, Wire.Cancelled) is var read and > 0)
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            return (text.ToString(), null);
        }
        catch (IOException error)
        {
            return (text.ToString(), error);
        }
    }
}
