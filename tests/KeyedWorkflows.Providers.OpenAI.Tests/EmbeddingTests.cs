using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;
using OpenAI.Embeddings;
using EmbeddingGenerationOptions = Microsoft.Extensions.AI.EmbeddingGenerationOptions;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class EmbeddingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_text_gets_its_own_vector_and_the_usage_is_told()
    {
        await using var scene = await Scene.StartAsync();
        var together = await scene.Embeddings().GenerateAsync(["first", "second"], cancellationToken: Token);
        var alone = await scene.Embeddings().GenerateAsync(["second"], cancellationToken: Token);

        Assert.Equal(alone[0].Vector.ToArray(), together[1].Vector.ToArray());
        Assert.NotEqual(together[0].Vector.ToArray(), together[1].Vector.ToArray());
        Assert.Equal(ModelServer.CountTokens("first") + ModelServer.CountTokens("second"), together.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task The_number_of_dimensions_is_asked_for()
    {
        await using var scene = await Scene.StartAsync();
        var embeddings = await scene.Embeddings().GenerateAsync(["first"], new EmbeddingGenerationOptions { Dimensions = 8 }, Token);

        Assert.Equal(8, embeddings[0].Vector.Length);
        Assert.Equal(8, scene.Server.Requests.Single().Json.GetProperty("dimensions").GetInt32());
    }

    [Fact]
    public async Task The_model_is_the_contexts_whatever_the_options_ask()
    {
        await using var scene = await Scene.StartAsync();
        EmbeddingGenerationOptions options = new()
        {
            ModelId = "another",
            RawRepresentationFactory = _ =>
            {
                global::OpenAI.Embeddings.EmbeddingGenerationOptions native = new();
                native.Patch.Set("$.model"u8, "another");
                return native;
            },
        };
        await scene.Embeddings("acme-embed").GenerateAsync(["first"], options, Token);
        options.RawRepresentationFactory = null;
        await scene.Embeddings("acme-embed").GenerateAsync(["first"], options, Token);

        Assert.All(scene.Server.Requests, request => Assert.Equal("acme-embed", request.Model));
    }

    [Theory]
    [InlineData("[0.5,-0.25,1]")]
    [InlineData("\"AAAAPwAAgL4AAIA/\"")]
    public async Task Vectors_are_read_as_numbers_and_as_base64(string vector)
    {
        var body = $$$"""{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":{{{vector}}}}],"usage":{"prompt_tokens":1,"total_tokens":1}}""";
        var embeddings = await CannedTransport.Answering(200, body).Embeddings().GenerateAsync(["a"], cancellationToken: Token);

        Assert.Equal([0.5f, -0.25f, 1f], embeddings[0].Vector.ToArray());
    }

    [Theory]
    [InlineData("""{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[1]}],"usage":{"prompt_tokens":1,"total_tokens":1}}""")]
    [InlineData("""{"object":"list","model":"m","data":[],"usage":{"prompt_tokens":1,"total_tokens":1}}""")]
    [InlineData("""{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":"%%%"},{"object":"embedding","index":1,"embedding":"%%%"}]}""")]
    [InlineData("""{"data":7}""")]
    [InlineData("nonsense")]
    public async Task An_answer_that_does_not_fit_the_texts_is_a_fault_of_the_provider(string body)
    {
        var fault = await Assert.ThrowsAsync<ModelCallException>(() => CannedTransport.Answering(200, body).Embeddings().GenerateAsync(["a", "b"], cancellationToken: Token));

        Assert.Equal((WorkflowErrorCodes.ProviderFailed, true), (fault.Code, fault.IsTransient));
        Assert.Null(fault.InnerException);
    }

    [Fact]
    public async Task Vectors_that_come_out_of_order_go_to_their_texts()
    {
        const string Body =
            """{"object":"list","model":"m","data":[{"object":"embedding","index":1,"embedding":[1]},{"object":"embedding","index":0,"embedding":[0]}],"usage":{"prompt_tokens":1,"total_tokens":1}}""";
        var embeddings = await CannedTransport.Answering(200, Body).Embeddings().GenerateAsync(["a", "b"], cancellationToken: Token);

        Assert.Equal([0f, 1f], embeddings.Select(embedding => embedding.Vector.Span[0]));
    }

    [Fact]
    public async Task No_text_is_no_call()
    {
        await using var scene = await Scene.StartAsync();

        Assert.Empty(await scene.Embeddings().GenerateAsync([], cancellationToken: Token));
        Assert.Empty(scene.Server.Requests);
    }

    [Fact]
    public async Task No_raw_client_is_handed_out()
    {
        await using var scene = await Scene.StartAsync();
        var embeddings = scene.Embeddings();

        Assert.Null(embeddings.GetService<EmbeddingClient>());
        Assert.Null(embeddings.GetService(typeof(OpenAIRequestPolicies)));
        Assert.Equal(("openai", "embedding-test"), (embeddings.GetService<EmbeddingGeneratorMetadata>()!.ProviderName, embeddings.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId));
    }
}
