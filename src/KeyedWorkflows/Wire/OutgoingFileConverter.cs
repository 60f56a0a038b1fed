using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows.Wire;

/// <summary>
/// Writes the files of a request of the client as uploads. A first pass finds the files, which are then uploaded; the second writes their ids.
/// </summary>
internal sealed class OutgoingFileConverter : JsonConverter<WorkflowFile>
{
    [ThreadStatic]
    private static Func<WorkflowFile, string>? idOf;

    private static readonly WorkflowFileJsonConverter Known = new();

    /// <summary>Writes a value, each of its files by the upload's id.</summary>
    public static T Write<T>(Func<WorkflowFile, string> uploadIdOf, Func<T> write)
    {
        var around = idOf;
        idOf = uploadIdOf;
        try
        {
            return write();
        }
        finally
        {
            idOf = around;
        }
    }

    public override WorkflowFile Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Known.Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, WorkflowFile value, JsonSerializerOptions options)
    {
        if (idOf is null)
        {
            Known.Write(writer, value, options);
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("type"u8, KindOf(value.MediaType));
        writer.WriteString("transfer_method"u8, "local_file"u8);
        writer.WriteString("upload_file_id"u8, idOf(value));
        writer.WriteEndObject();
    }

    private static string KindOf(string mediaType) => mediaType.Split('/')[0] switch
    {
        "image" => "image",
        "audio" => "audio",
        "video" => "video",
        _ => "document",
    };
}
