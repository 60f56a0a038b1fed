using System.Net;

namespace KeyedWorkflows.Testing.Tests;

public sealed class KeyTests
{
    [Fact]
    public async Task A_key_that_was_added_is_answered()
    {
        var key = Wire.NewKey();
        await using var server = await ModelServer.StartAsync(o => o.Keys.Add(key), Wire.Cancelled);
        using Wire wire = new(server, key);
        using var response = await wire.AskAsync("Hello");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Another_key_gets_401_with_the_first_8_and_last_4_characters_of_itself()
    {
        await using var server = await Wire.ServerFor(Wire.NewKey());
        var key = Wire.NewKey();
        using Wire wire = new(server, key);
        using var response = await wire.AskAsync("Hello");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Wire.Cancelled);
        Assert.Contains("invalid_api_key", text, StringComparison.Ordinal);
        Assert.Contains(key[..8] + "*", text, StringComparison.Ordinal);
        Assert.Contains("*" + key[^4..], text, StringComparison.Ordinal);
        Assert.DoesNotContain(key[..9], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_is_echoed_in_whole_where_the_option_says_so()
    {
        await using var server = await ModelServer.StartAsync(o => o.EchoRefusedKeys = true, Wire.Cancelled);
        var key = Wire.NewKey();
        using Wire wire = new(server, key);
        using var response = await wire.AskAsync("Hello");
        Assert.Contains(key, await response.Content.ReadAsStringAsync(Wire.Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_key_gets_401()
    {
        await using var server = await Wire.ServerFor(Wire.NewKey());
        using Wire wire = new(server, null);
        using var response = await wire.AskAsync("Hello");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(1, server.RefusedRequests);
    }

    [Fact]
    public async Task A_server_without_keys_refuses_all()
    {
        await using var server = await Wire.ServerFor();
        using Wire wire = new(server, Wire.NewKey());
        using var response = await wire.AskAsync("Hello");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Adding_and_removing_a_key_takes_effect_on_the_next_request_and_keeps_its_counts()
    {
        await using var server = await Wire.ServerFor();
        var key = Wire.NewKey();
        using Wire wire = new(server, key);
        server.Keys.Add(key);
        using (var accepted = await wire.AskAsync("Hello"))
            Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.True(server.Keys.Remove(key));
        Assert.False(server.Keys.Contains(key));
        using (var refused = await wire.AskAsync("Hello"))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal((2, 1), (server.Usage(key).Requests, server.Usage(key).Refused));
    }

    [Theory]
    [InlineData("v1/chat/completions")]
    [InlineData("openai/v1/chat/completions")]
    [InlineData("openai/v1/chat/completions?api-version=preview")]
    public async Task The_azure_shape_takes_the_key_as_api_key(string path)
    {
        var key = Wire.NewKey();
        await using var server = await Wire.ServerFor(key);
        using Wire wire = new(server, null);
        wire.Headers.Add("api-key", key);
        using var response = await wire.PostAsync("/" + path, Wire.Body("Hello"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(key, Assert.Single(server.Requests).Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" key-with-space")]
    public async Task A_key_that_HTTP_would_change_is_not_taken(string key)
    {
        await using var server = await Wire.ServerFor();
        Assert.Throws<ArgumentException>(() => server.Keys.Add(key));
    }
}
