namespace KeyedWorkflows.Testing.Tests;

public sealed class RecordingTests : IDisposable
{
    private readonly string _key = Wire.NewKey();
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"recording-{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Answers_of_a_real_endpoint_are_recorded_and_played_back_without_any_key()
    {
        var realKey = Wire.NewKey();
        await using var real = await Wire.ServerFor(realKey);
        real.Script("first", "second", ModelAnswer.CallTool("F", """{"a":1}"""), ModelAnswer.Text($"Your keys are {realKey} and {_key}.") with { Tokens = new(10, 20, 5, 3), Model = "real-model" });

        await using (var recorder = await Wire.ServerFor(_key))
        {
            recorder.When(_ => true).ForwardTo(real.Endpoint, realKey);
            recorder.RecordTo(_path);
            using Wire wire = new(recorder, _key);
            Assert.Equal("first", await wire.AnswerToAsync("same"));
            using (var streamed = await wire.AskStreamAsync("same"))
                Assert.Contains("second", string.Concat((await Wire.EventsAsync(streamed)).Select(e => e.GetRawText())), StringComparison.Ordinal);
            await wire.AnswerToAsync("tool");
            Assert.DoesNotContain(realKey, (await wire.AnswerToAsync("keys"))!, StringComparison.Ordinal);
            using var embedded = await wire.PostAsync("embeddings", """{"model":"e","input":"cat","dimensions":4}""");
            Assert.True(embedded.IsSuccessStatusCode);
            Assert.All(real.Requests, r => Assert.Equal(realKey, r.Key));
        }

        var recording = await File.ReadAllTextAsync(_path, Wire.Cancelled);
        Assert.Equal(5, recording.TrimEnd().Split('\n').Length);
        Assert.DoesNotContain(realKey, recording, StringComparison.Ordinal);
        Assert.DoesNotContain(_key, recording, StringComparison.Ordinal);
        Assert.DoesNotContain("same", recording, StringComparison.Ordinal);

        var other = Wire.NewKey();
        await using var player = await Wire.ServerFor(other);
        player.Replay(_path);
        player.Answer("not recorded");
        using Wire playback = new(player, other);
        Assert.Equal("first", await playback.AnswerToAsync("same"));
        Assert.Equal("second", await playback.AnswerToAsync("same"));
        Assert.Equal("second", await playback.AnswerToAsync("same"));
        Assert.Equal("F", (await playback.AskForJsonAsync("tool")).Message().GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());
        var last = await playback.AskForJsonAsync("keys");
        Assert.Equal("Your keys are [key] and [key].", last.Text());
        Assert.Equal("real-model", last.GetProperty("model").GetString());
        Assert.Equal((10, 20), last.Usage());
        Assert.Equal("not recorded", await playback.AnswerToAsync("new"));
        using var vector = await playback.PostAsync("embeddings", """{"model":"e","input":"cat","dimensions":4}""");
        Assert.Equal(4, (await Wire.JsonAsync(vector)).GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
    }

    [Fact]
    public async Task Errors_of_the_real_endpoint_are_passed_on_without_its_key_and_not_recorded()
    {
        var realKey = Wire.NewKey();
        await using var real = await Wire.ServerFor(realKey);
        real.Script(ModelServerFault.RateLimited(TimeSpan.FromSeconds(7)), ModelServerFault.EchoKeyInError(), ModelServerFault.Malformed(), ModelServerFault.CutConnection());
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).ForwardTo(real.Endpoint, realKey);
        server.RecordTo(_path);
        using Wire wire = new(server, _key);
        using (var limited = await wire.AskAsync("x"))
        {
            Assert.Equal(429, (int)limited.StatusCode);
            Assert.Equal("7", limited.Headers.GetValues("Retry-After").Single());
        }

        using (var refused = await wire.AskAsync("x"))
        {
            Assert.Equal(401, (int)refused.StatusCode);
            Assert.DoesNotContain(realKey, await refused.Content.ReadAsStringAsync(Wire.Cancelled), StringComparison.Ordinal);
        }

        for (var i = 0; i < 2; i++)
        {
            using var failed = await wire.AskAsync("x");
            Assert.Equal(502, (int)failed.StatusCode);
        }

        Assert.Equal(0, new FileInfo(_path).Length);
    }

    [Fact]
    public async Task Scripted_answers_can_be_recorded_too()
    {
        await using (var server = await Wire.ServerFor(_key))
        {
            server.RecordTo(_path);
            server.Answer("scripted");
            using Wire wire = new(server, _key);
            await wire.AnswerToAsync("x");
        }

        await using var player = await Wire.ServerFor(_key);
        player.Replay(_path);
        using Wire playback = new(player, _key);
        Assert.Equal("scripted", await playback.AnswerToAsync("x"));
    }

    [Fact]
    public async Task A_line_that_is_not_of_a_recording_is_named()
    {
        await File.WriteAllTextAsync(_path, "\n{\"match\":{}}\n", Wire.Cancelled);
        await using var server = await Wire.ServerFor(_key);
        Assert.Contains("Line 2", Assert.Throws<FormatException>(() => server.Replay(_path)).Message, StringComparison.Ordinal);
    }
}
