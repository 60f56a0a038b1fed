using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows;

/// <summary>Writes what is known of a file, and reads it back as a file without content.</summary>
internal sealed class WorkflowFileJsonConverter : JsonConverter<WorkflowFile>
{
    public override WorkflowFile Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A file is an object.");
        var name = "file";
        var mediaType = "application/octet-stream";
        var size = 0L;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString();
            reader.Read();
            switch (property)
            {
                case "name" when reader.TokenType == JsonTokenType.String:
                    name = reader.GetString()!;
                    break;
                case "media_type" when reader.TokenType == JsonTokenType.String:
                    mediaType = reader.GetString()!;
                    break;
                case "size" when reader.TokenType == JsonTokenType.Number:
                    _ = reader.TryGetInt64(out size);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return WorkflowFile.Without(name, mediaType, size);
    }

    public override void Write(Utf8JsonWriter writer, WorkflowFile value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, value.Name);
        writer.WriteString("media_type"u8, value.MediaType);
        writer.WriteNumber("size"u8, value.Size);
        writer.WriteEndObject();
    }
}
