using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Testing.Tests;

public sealed class SlownessTests
{
    private readonly string _key = Wire.NewKey();

    [Fact]
    public async Task A_held_answer_comes_when_the_gate_opens()
    {
        await using var server = await Wire.ServerFor(_key);
        ModelServerGate gate = new();
        server.When(_ => true).HoldUntil(gate).Answer("late");
        using Wire wire = new(server, _key);
        var asked = new[] { wire.AnswerToAsync("1"), wire.AnswerToAsync("2") };
        await gate.ArrivedAsync(2, Wire.Cancelled);
        Assert.Equal(2, gate.Waiting);
        Assert.DoesNotContain(asked, a => a.IsCompleted);
        gate.Open();
        Assert.Equal(["late", "late"], await Task.WhenAll(asked));
        Assert.Equal("late", await wire.AnswerToAsync("3"));
        await gate.ArrivedAsync(3, Wire.Cancelled);
    }

    [Fact]
    public async Task A_stream_is_held_in_its_middle()
    {
        await using var server = await Wire.ServerFor(_key);
        ModelServerGate gate = new();
        server.When(_ => true).HoldUntil(gate, afterChunks: 2).Stream("one", "two", "three");
        using Wire wire = new(server, _key);
        using var response = await wire.AskStreamAsync("x");
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(Wire.Cancelled));
        await ReadUntilAsync(reader, "two");
        await gate.ArrivedAsync(1, Wire.Cancelled);
        var next = ReadUntilAsync(reader, "three");
        Assert.False(next.IsCompleted);
        gate.Open();
        await next;
        await ReadUntilAsync(reader, "[DONE]");
    }

    [Fact]
    public async Task A_stream_may_be_held_before_its_end()
    {
        await using var server = await Wire.ServerFor(_key);
        ModelServerGate gate = new();
        server.When(_ => true).HoldUntil(gate, afterChunks: 5).Stream("one", "two");
        using Wire wire = new(server, _key);
        using var response = await wire.AskStreamAsync("x");
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(Wire.Cancelled));
        await ReadUntilAsync(reader, "two");
        await gate.ArrivedAsync(1, Wire.Cancelled);
        Assert.Equal(0, server.Usage(_key).TotalTokens);
        gate.Open();
        await ReadUntilAsync(reader, "[DONE]");
        Assert.NotEqual(0, server.Usage(_key).TotalTokens);
    }

    [Fact]
    public async Task A_fault_may_be_held_as_well()
    {
        await using var server = await Wire.ServerFor(_key);
        ModelServerGate gate = new();
        server.When(_ => true).HoldUntil(gate).Fail(ModelServerFault.ServerError());
        using Wire wire = new(server, _key);
        var asked = wire.AskAsync("x");
        await gate.ArrivedAsync(1, Wire.Cancelled);
        gate.Open();
        using var response = await asked;
        Assert.Equal(500, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_delay_follows_the_given_clock()
    {
        FakeTimeProvider clock = new();
        await using var server = await ModelServer.StartAsync(o => { o.Keys.Add(_key); o.TimeProvider = clock; }, Wire.Cancelled);
        server.When(_ => true).Delay(TimeSpan.FromMinutes(5)).Answer("late");
        using Wire wire = new(server, _key);
        var asked = wire.AnswerToAsync("x");
        while (!asked.IsCompleted)
        {
            Assert.False(asked.IsFaulted);
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Equal("late", await asked);
    }

    [Fact]
    public async Task A_client_that_leaves_a_held_answer_frees_it()
    {
        await using var server = await Wire.ServerFor(_key);
        ModelServerGate gate = new();
        server.When(_ => true).HoldUntil(gate).Answer("late");
        Wire wire = new(server, _key);
        var asked = wire.AskAsync("x");
        await gate.ArrivedAsync(1, Wire.Cancelled);
        wire.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => asked);
        while (gate.Waiting > 0)
            await Task.Delay(1, Wire.Cancelled);
        while (server.Usage(_key).Failed == 0)
            await Task.Delay(1, Wire.Cancelled);
        Assert.Equal(0, server.Usage(_key).TotalTokens);
    }

    [Fact]
    public async Task Disposing_ends_held_and_unanswered_requests_at_once()
    {
        var server = await Wire.ServerFor(_key);
        ModelServerGate gate = new();
        server.When(r => r.LastUserMessage == "held").HoldUntil(gate).Answer("late");
        server.When(_ => true).Delay(TimeSpan.FromHours(1)).Answer("late");
        using Wire wire = new(server, _key);
        var held = wire.AskAsync("held");
        var delayed = wire.AskAsync("delayed");
        await gate.ArrivedAsync(1, Wire.Cancelled);
        while (server.TotalUsage.Requests < 2)
            await Task.Delay(1, Wire.Cancelled);
        await server.DisposeAsync();
        await server.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => held);
        await Assert.ThrowsAsync<HttpRequestException>(() => delayed);
    }

    private static async Task ReadUntilAsync(StreamReader reader, string text)
    {
        while (await reader.ReadLineAsync(Wire.Cancelled) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The stream ended without '{text}'.");
    }
}
