using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>How many clients that were just made stand in an answer, their tokens among them: it is the one time that these can be read.</summary>
internal static class ClientsJson
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<CreatedClient> created, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteNumber("profiles"u8, created.Count);
        writer.WriteNumber("tokens"u8, created.Count(static client => client.Token is not null));
        writer.WriteStartArray("clients"u8);
        foreach (var client in created)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("profile"u8);
            AdministrationJson.Write(writer, client.Profile);
            writer.WritePropertyName("token"u8);
            if (client.Token is { } token)
                AdministrationJson.Write(writer, token.Token, now, token.Value, token.CallbackSecret);
            else
                writer.WriteNullValue();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
