using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>.</summary>
internal static class ModelsResponse
{
    public static async ValueTask SendAsync(Exchange exchange) => await exchange.SendAsync(200, Write(exchange)).ConfigureAwait(false);

    private static JsonScratch Write(Exchange exchange)
    {
        var scratch = JsonScratch.Start();
        var json = scratch.Writer;
        if (exchange.Request.Model.Length > 0)
        {
            WriteModel(json, exchange.Request.Model);
            return scratch;
        }

        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (var model in exchange.Server.Models.Order(StringComparer.Ordinal))
            WriteModel(json, model);
        json.WriteEndArray();
        json.WriteEndObject();
        return scratch;
    }

    private static void WriteModel(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, 0);
        json.WriteString("owned_by"u8, "model-server"u8);
        json.WriteEndObject();
    }
}
