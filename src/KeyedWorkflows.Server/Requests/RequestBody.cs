using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Reads the JSON of a request: whole, bounded, UTF-8.</summary>
internal static class RequestBody
{
    public static async ValueTask<byte[]> ReadAsync(HttpContext http, int most)
    {
        var request = http.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            || (type.CharSet is { } charset && !string.Equals(charset.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase)))
            throw new ApiError(415, "unsupported_media_type", "The body must be application/json, in UTF-8.").ToException();
        if (request.Headers.ContentEncoding.Count > 0)
            throw new ApiError(415, "unsupported_media_type", "The body must not be encoded (Content-Encoding).").ToException();
        if (request.ContentLength > most)
            throw ApiError.TooLarge(most).ToException();
        byte[] body;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(http.RequestAborted).ConfigureAwait(false);
            if (read.Buffer.Length > most)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                throw ApiError.TooLarge(most).ToException();
            }
            if (read.IsCompleted)
            {
                body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                break;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
        if (body.Length == 0)
            throw ApiError.InvalidParam("The body is empty. It must be a JSON object.").ToException();
        if (!Utf8.IsValid(body))
            throw ApiError.InvalidParam("The body is not valid UTF-8.").ToException();
        return body;
    }
}
