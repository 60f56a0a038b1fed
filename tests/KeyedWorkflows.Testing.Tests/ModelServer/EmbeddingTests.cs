using System.Runtime.InteropServices;
using System.Text.Json;

namespace KeyedWorkflows.Testing.Tests;

public sealed class EmbeddingTests
{
    private readonly string _key = Wire.NewKey();

    [Fact]
    public async Task The_same_text_has_the_same_vector_of_length_one_and_another_text_another()
    {
        await using var server = await Wire.ServerFor(_key);
        using Wire wire = new(server, _key);
        var json = await EmbedAsync(wire, """{"model":"e","input":["cat","dog","cat"]}""");
        var vectors = json.GetProperty("data").EnumerateArray().Select(Floats).ToArray();
        Assert.Equal(1536, vectors[0].Length);
        Assert.Equal(vectors[0], vectors[2]);
        Assert.NotEqual(vectors[0], vectors[1]);
        Assert.Equal(1, vectors[0].Sum(x => x * (double)x), 5);
        Assert.Equal(3, json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(3, server.Usage(_key).PromptTokens);
    }

    [Fact]
    public async Task Dimensions_and_base64_are_honoured()
    {
        await using var server = await ModelServer.StartAsync(o => { o.Keys.Add(_key); o.EmbeddingDimensions = 8; }, Wire.Cancelled);
        using Wire wire = new(server, _key);
        var numbers = Floats((await EmbedAsync(wire, """{"model":"e","input":"cat"}""")).GetProperty("data")[0]);
        Assert.Equal(8, numbers.Length);
        var base64 = (await EmbedAsync(wire, """{"model":"e","input":"cat","encoding_format":"base64"}""")).GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(numbers, MemoryMarshal.Cast<byte, float>(base64).ToArray());
        Assert.Equal(16, Floats((await EmbedAsync(wire, """{"model":"e","input":"cat","dimensions":16}""")).GetProperty("data")[0]).Length);
    }

    [Fact]
    public async Task A_vector_can_be_told()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(r => r.Inputs.Contains("north")).Answer(ModelAnswer.Embedding(0, 1));
        using Wire wire = new(server, _key);
        Assert.Equal<float[]>([0, 1], Floats((await EmbedAsync(wire, """{"model":"e","input":"north"}""")).GetProperty("data")[0]));
    }

    [Fact]
    public async Task Token_lists_are_taken_and_counted()
    {
        await using var server = await Wire.ServerFor(_key);
        using Wire wire = new(server, _key);
        var json = await EmbedAsync(wire, """{"model":"e","input":[[1,2,3],[4]]}""");
        Assert.Equal(2, json.GetProperty("data").GetArrayLength());
        Assert.Equal(4, json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(["1,2,3", "4"], server.Requests[0].Inputs);
        Assert.Single((await EmbedAsync(wire, """{"model":"e","input":[7,8]}""")).GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"model":"e","input":[]}""")]
    [InlineData("""{"model":"e","input":"x","dimensions":0}""")]
    public async Task Wrong_input_gets_400(string body)
    {
        await using var server = await Wire.ServerFor(_key);
        using Wire wire = new(server, _key);
        using var response = await wire.PostAsync("embeddings", body);
        Assert.Equal(400, (int)response.StatusCode);
    }

    private static float[] Floats(JsonElement item) => [.. item.GetProperty("embedding").EnumerateArray().Select(n => n.GetSingle())];

    private static async Task<JsonElement> EmbedAsync(Wire wire, string body)
    {
        using var response = await wire.PostAsync("embeddings", body);
        Assert.True(response.IsSuccessStatusCode);
        return await Wire.JsonAsync(response);
    }
}
