using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Answers with JSON, whole and with its length.</summary>
internal static class JsonAnswer
{
    /// <summary>Texts of users stay readable; what a browser could take for markup is escaped all the same by the content type and <c>nosniff</c>.</summary>
    public static JsonWriterOptions Writing { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync<T>(HttpContext http, int status, T value, Action<Utf8JsonWriter, T> write)
    {
        using var text = new PooledText();
        using (var writer = new Utf8JsonWriter(text, Writing))
            write(writer, value);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = text.Written.Length;
        await http.Response.BodyWriter.WriteAsync(text.Written, http.RequestAborted).ConfigureAwait(false);
    }
}
