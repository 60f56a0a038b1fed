using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows.Wire;

/// <summary>
/// Reads a file of a request (<c>{"type","transfer_method","upload_file_id"|"url"}</c>) as one that is still empty, and notes what it refers to: reading does not wait, and fetching does. Writes what is known of it.
/// </summary>
internal sealed class IncomingFileConverter : JsonConverter<WorkflowFile>
{
    private static readonly WorkflowFileJsonConverter Known = new();

    public override WorkflowFile Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (!FoundInJson<FileReference>.IsCollected)
            return Known.Read(ref reader, typeToConvert, options);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A file is an object.");
        string? kind = null, method = null, upload = null, url = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ref var field = ref kind;
            if (reader.ValueTextEquals("type"u8))
                field = ref kind;
            else if (reader.ValueTextEquals("transfer_method"u8))
                field = ref method;
            else if (reader.ValueTextEquals("upload_file_id"u8))
                field = ref upload;
            else if (reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("remote_url"u8))
                field = ref url;
            else
                throw new JsonException("A file has a field that is not known.");
            reader.Read();
            if (field is not null || reader.TokenType != JsonTokenType.String)
                throw new JsonException("A field of a file is given twice, or is not a text.");
            field = reader.GetString();
        }
        if (kind is not ("document" or "image" or "audio" or "video" or "custom"))
            throw new JsonException("A file's type is document, image, audio, video or custom.");
        var reference = method switch
        {
            "local_file" when upload is { Length: > 0 } && url is null => new FileReference { Kind = kind, UploadId = upload },
            "remote_url" when url is { Length: > 0 } && upload is null => new FileReference { Kind = kind, Url = url },
            _ => throw new JsonException("A file is a local_file with upload_file_id, or a remote_url with url."),
        };
        FoundInJson<FileReference>.Add(reference);
        return reference.File;
    }

    public override void Write(Utf8JsonWriter writer, WorkflowFile value, JsonSerializerOptions options) => Known.Write(writer, value, options);
}
