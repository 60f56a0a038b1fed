using System.Buffers;
using System.Buffers.Binary;

namespace KeyedWorkflows.Testing;

/// <summary><c>POST /v1/embeddings</c>, as numbers or as base64 of little-endian floats.</summary>
internal static class EmbeddingsResponse
{
    public static async ValueTask SendAsync(Exchange exchange, ModelAnswer? answer)
    {
        var request = exchange.Request;
        var vectors = new float[request.Inputs.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = answer?.Vector
                ?? (answer?.Vectors is { } given && i < given.Count ? given[i] : null)
                ?? HashEmbedding.Of(request.Inputs[i], request.Dimensions ?? exchange.Server.Options.EmbeddingDimensions);
        }

        var tokens = answer?.Tokens ?? new ModelTokens(request.PromptTokens, 0);
        exchange.Count(tokens);
        exchange.Server.Recorder?.Write(request, ModelAnswer.OfVectors(vectors) with { Model = answer?.Model }, tokens);
        await exchange.SendAsync(200, Write(request, answer?.Model ?? request.Model, vectors, tokens)).ConfigureAwait(false);
    }

    private static JsonScratch Write(ModelRequest request, string model, float[][] vectors, ModelTokens tokens)
    {
        var scratch = JsonScratch.Start();
        var json = scratch.Writer;
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (var i = 0; i < vectors.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WriteNumber("index"u8, i);
            if (request.Base64)
            {
                WriteBase64(json, vectors[i]);
            }
            else
            {
                json.WriteStartArray("embedding"u8);
                foreach (var number in vectors[i])
                    json.WriteNumberValue(number);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model"u8, model);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, tokens.Prompt);
        json.WriteNumber("total_tokens"u8, tokens.Prompt + tokens.Completion);
        json.WriteEndObject();
        json.WriteEndObject();
        return scratch;
    }

    private static void WriteBase64(System.Text.Json.Utf8JsonWriter json, float[] vector)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(vector.Length * sizeof(float));
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        json.WriteBase64String("embedding"u8, bytes.AsSpan(0, vector.Length * sizeof(float)));
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
