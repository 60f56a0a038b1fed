using System.Collections.Concurrent;
using System.Text;

namespace KeyedWorkflows.Testing.Tests;

public sealed class RequestTests
{
    private readonly string _key = Wire.NewKey();

    [Fact]
    public async Task A_request_is_kept_as_it_was_received()
    {
        await using var server = await Wire.ServerFor(_key);
        using Wire wire = new(server, _key);
        wire.Headers.Add(ModelServer.TestRunHeader, "run-7");
        const string body = """
            {"model":"gpt-4o-mini","user":"end-user","metadata":{"run":"7"},"response_format":{"type":"json_object"},
             "messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Look: "},{"type":"image_url","image_url":{"url":"data:"}},{"type":"text","text":"this"}]},
                         {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"F","arguments":"{}"}}]},
                         {"role":"tool","tool_call_id":"c1","content":"result"}],
             "tools":[{"type":"function","function":{"name":"F","parameters":{"type":"object"}}}]}
            """;
        using var response = await wire.PostAsync("chat/completions", body);
        var request = Assert.Single(server.Requests);
        Assert.Equal(_key, request.Key);
        Assert.Equal(ModelOperation.Chat, request.Operation);
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal("gpt-4o-mini", request.Model);
        Assert.Equal("Be brief.", request.SystemMessage);
        Assert.Equal("Look: this", request.LastUserMessage);
        Assert.Equal("F", request.Messages[2].ToolCalls[0].Name);
        Assert.Equal("c1", request.Messages[3].ToolCallId);
        Assert.Equal(["F"], request.Tools);
        Assert.Equal("json_object", request.ResponseFormat);
        Assert.Equal(("end-user", "7", "run-7"), (request.User, request.Metadata["run"], request.TestRun));
        Assert.Equal("Bearer " + _key, request.Header("authorization"));
        Assert.Equal(body, Encoding.UTF8.GetString(request.Body.Span));
        Assert.False(request.IsStreaming);
        Assert.DoesNotContain(_key, request.ToString(), StringComparison.Ordinal);

        // 9 + 10 characters, name and arguments of the call, 6 of the result.
        Assert.Equal(3 + 3 + 1 + 1 + 2, request.PromptTokens);
    }

    [Fact]
    public async Task Refused_requests_are_kept_too_and_say_so()
    {
        await using var server = await Wire.ServerFor();
        using Wire wire = new(server, _key);
        using var response = await wire.AskAsync("x");
        var request = Assert.Single(server.Requests);
        Assert.True(request.Refused);
        Assert.Equal(_key, request.Key);
    }

    [Fact]
    public async Task As_many_requests_are_kept_as_the_option_says_the_latest_ones()
    {
        await using var server = await ModelServer.StartAsync(o => { o.Keys.Add(_key); o.MaxRecordedRequests = 3; }, Wire.Cancelled);
        using Wire wire = new(server, _key);
        for (var i = 1; i <= 5; i++)
            await wire.AnswerToAsync($"number {i}");
        Assert.Equal(["number 3", "number 4", "number 5"], server.Requests.Select(r => r.LastUserMessage));
        server.ClearRequests();
        Assert.Empty(server.Requests);
        await wire.AnswerToAsync("number 6");
        Assert.Equal("number 6", Assert.Single(server.Requests).LastUserMessage);
    }

    [Fact]
    public async Task Nothing_is_kept_where_recording_is_off_and_the_hook_sees_all()
    {
        ConcurrentQueue<(string Key, string? Run, int Bytes)> seen = new();
        await using var server = await ModelServer.StartAsync(
            o =>
            {
                o.Keys.Add(_key);
                o.RecordRequests = false;
                o.OnRequest = r => seen.Enqueue((r.Key, r.TestRun, r.Body.Length));
            },
            Wire.Cancelled);
        using Wire wire = new(server, _key);
        wire.Headers.Add(ModelServer.TestRunHeader, "run-1");
        await wire.AnswerToAsync("x");
        Assert.Empty(server.Requests);
        Assert.Equal((_key, "run-1", Wire.Body("x").Length), Assert.Single(seen));
        Assert.Equal(1, server.Usage(_key).Requests);
    }
}
