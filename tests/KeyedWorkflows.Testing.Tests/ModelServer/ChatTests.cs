using System.Net;

namespace KeyedWorkflows.Testing.Tests;

public sealed class ChatTests
{
    private readonly string _key = Wire.NewKey();

    [Fact]
    public async Task The_default_answer_is_given_with_usage_by_the_documented_rule()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Answer("Nine chars");
        using Wire wire = new(server, _key);
        var json = await wire.AskForJsonAsync("Hello there");
        Assert.Equal("Nine chars", json.Text());
        Assert.Equal("stop", json.FinishReason());
        Assert.Equal("chat.completion", json.GetProperty("object").GetString());
        Assert.Equal("gpt-4o-mini", json.GetProperty("model").GetString());
        Assert.Equal((ModelServer.CountTokens("Hello there"), ModelServer.CountTokens("Nine chars")), json.Usage());
        Assert.Equal((3, 3), json.Usage());
    }

    [Fact]
    public async Task A_stream_brings_role_pieces_finish_reason_usage_and_done()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Answer(ModelAnswer.Stream("Hel", "lo ", "wörld"));
        using Wire wire = new(server, _key);
        using var response = await wire.AskStreamAsync("Hi");
        var events = await Wire.EventsAsync(response);
        Assert.All(events, e => Assert.Equal("chat.completion.chunk", e.GetProperty("object").GetString()));
        Assert.Equal("assistant", events[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal(["Hel", "lo ", "wörld"], events[1..4].Select(e => e.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()));
        Assert.Equal("stop", events[4].FinishReason());
        Assert.Equal(0, events[5].GetProperty("choices").GetArrayLength());
        Assert.Equal((1, 3), events[5].Usage());
        Assert.Equal(6, events.Count);
    }

    [Fact]
    public async Task A_stream_that_did_not_ask_for_usage_gets_none_and_is_counted_all_the_same()
    {
        await using var server = await Wire.ServerFor(_key);
        using Wire wire = new(server, _key);
        using var response = await wire.AskAsync("Hi", ",\"stream\":true");
        Assert.All(await Wire.EventsAsync(response), e => Assert.False(e.TryGetProperty("usage", out _)));
        Assert.True(server.Usage(_key).CompletionTokens > 0);
    }

    [Fact]
    public async Task A_text_is_streamed_word_by_word_and_joins_to_itself()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Answer("  One two  three\nfour ");
        using Wire wire = new(server, _key);
        using var response = await wire.AskStreamAsync("Hi");
        var pieces = (await Wire.EventsAsync(response))[1..^2].Select(e => e.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()).ToList();
        Assert.True(pieces.Count > 3);
        Assert.Equal("  One two  three\nfour ", string.Concat(pieces));
    }

    [Fact]
    public async Task Finish_reason_model_and_tokens_can_be_asked_for()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Answer(ModelAnswer.Text("cut") with { FinishReason = "length", Model = "gpt-4o-mini-2024", Tokens = new ModelTokens(100, 50, Cached: 40, Reasoning: 30) });
        using Wire wire = new(server, _key);
        var json = await wire.AskForJsonAsync("Hi");
        Assert.Equal("length", json.FinishReason());
        Assert.Equal("gpt-4o-mini-2024", json.GetProperty("model").GetString());
        var usage = json.GetProperty("usage");
        Assert.Equal(40, usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
        Assert.Equal(30, usage.GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32());
        Assert.Equal(new ModelServerUsage(1, 0, 0, 100, 40, 50), server.Usage(_key));
    }

    [Fact]
    public async Task A_refusal_stands_in_its_own_field_in_both_shapes()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Refuse("I will not.");
        using Wire wire = new(server, _key);
        Assert.Equal("I will not.", (await wire.AskForJsonAsync("Hi")).Message().GetProperty("refusal").GetString());
        using var response = await wire.AskStreamAsync("Hi");
        var events = await Wire.EventsAsync(response);
        Assert.Contains(events, e => e.GetProperty("choices").EnumerateArray().Any(c => c.GetProperty("delta").TryGetProperty("refusal", out var r) && r.GetString() == "I will not."));
    }

    [Fact]
    public async Task A_tool_call_has_both_shapes()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).CallTool("LookUp", new { orderId = 7 });
        using Wire wire = new(server, _key);
        var json = await wire.AskForJsonAsync("Hi");
        Assert.Equal("tool_calls", json.FinishReason());
        var call = json.Message().GetProperty("tool_calls")[0];
        Assert.Equal("LookUp", call.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("""{"orderId":7}""", call.GetProperty("function").GetProperty("arguments").GetString());

        using var response = await wire.AskStreamAsync("Hi");
        var deltas = (await Wire.EventsAsync(response)).SelectMany(e => e.GetProperty("choices").EnumerateArray())
            .Where(c => c.GetProperty("delta").TryGetProperty("tool_calls", out _))
            .Select(c => c.GetProperty("delta").GetProperty("tool_calls")[0]).ToList();
        Assert.Equal("LookUp", deltas[0].GetProperty("function").GetProperty("name").GetString());
        Assert.True(deltas.Count > 2, "The arguments come in pieces.");
        Assert.Equal("""{"orderId":7}""", string.Concat(deltas.Select(d => d.GetProperty("function").GetProperty("arguments").GetString())));
    }

    [Theory]
    [InlineData("{", "parse")]
    [InlineData("[]", "JSON object")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"m","messages":[]}""", "messages")]
    [InlineData("""{"model":7,"messages":[]}""", "wrong type")]
    [InlineData("""{"model":"m","n":2,"messages":[{"role":"user","content":"x"}]}""", "one choice")]
    public async Task A_body_that_cannot_be_answered_gets_400_that_says_why(string body, string why)
    {
        await using var server = await Wire.ServerFor(_key);
        using Wire wire = new(server, _key);
        using var response = await wire.PostAsync("chat/completions", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(why, await response.Content.ReadAsStringAsync(Wire.Cancelled), StringComparison.Ordinal);
        Assert.Equal(1, server.Usage(_key).Failed);
    }

    [Fact]
    public async Task A_body_over_the_limit_gets_413()
    {
        await using var server = await ModelServer.StartAsync(o => { o.Keys.Add(_key); o.MaxRequestBytes = 1000; }, Wire.Cancelled);
        using Wire wire = new(server, _key);
        using var response = await wire.AskAsync(new string('x', 1001));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task An_unknown_path_gets_404()
    {
        await using var server = await Wire.ServerFor(_key);
        using Wire wire = new(server, _key);
        using var response = await wire.PostAsync("responses", "{}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("unknown_url", (await Wire.JsonAsync(response)).Code());
    }

    [Fact]
    public async Task Where_models_are_listed_another_one_is_not_found()
    {
        await using var server = await ModelServer.StartAsync(o => { o.Keys.Add(_key); o.Models.Add("gpt-4o-mini"); }, Wire.Cancelled);
        using Wire wire = new(server, _key);
        using (var found = await wire.AskAsync("Hi"))
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        using (var missing = await wire.AskAsync("Hi", model: "gpt-9"))
        {
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
            Assert.Equal("model_not_found", (await Wire.JsonAsync(missing)).Code());
        }

        using var list = await wire.GetAsync("models");
        Assert.Equal(["gpt-4o-mini"], (await Wire.JsonAsync(list)).GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()));
        using var one = await wire.GetAsync("models/gpt-9");
        Assert.Equal(HttpStatusCode.NotFound, one.StatusCode);
    }
}
