using System.Net.Http.Headers;
using System.Text.Json;

namespace KeyedWorkflows.Client;

/// <summary>Bodies of requests. Each try has one of its own: sending disposes it.</summary>
internal static class JsonBody
{
    public static HttpContent Of(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    public static byte[] OfUser(string user)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("user"u8, user);
            writer.WriteEndObject();
        }
        return text.ToArray();
    }
}
