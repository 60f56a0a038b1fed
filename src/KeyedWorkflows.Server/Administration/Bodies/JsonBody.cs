using System.Text.Json;
using KeyedWorkflows.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KeyedWorkflows.Server;

/// <summary>Reads a body of JSON with a reader of its own. Whatever is wrong with it is said by field or position, never by what was sent.</summary>
internal static class JsonBody
{
    public delegate T Reading<out T>(ref Utf8JsonReader reader);

    public static async Task<T> ReadAsync<T>(HttpContext http, int most, Reading<T> read) => Parse(await RequestBody.ReadAsync(http, most).ConfigureAwait(false), read);

    /// <summary>Reads a body that may be left out.</summary>
    public static async Task<T> ReadOptionalAsync<T>(HttpContext http, int most, T otherwise, Reading<T> read) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? await ReadAsync(http, most, read).ConfigureAwait(false) : otherwise;

    public static T Parse<T>(byte[] body, Reading<T> read)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            reader.Read();
            var value = read(ref reader);
            return reader.Read() ? throw ApiError.InvalidParam("After the body's object there is more.").ToException() : value;
        }
        catch (JsonException error)
        {
            throw ApiError.InvalidParam($"The body is not valid JSON, or deeper than {WireJson.MaxDepth} levels: line {error.LineNumber + 1}, byte {error.BytePositionInLine}.").ToException();
        }
        catch (InvalidOperationException)
        {
            // A text that is no text: half of a surrogate pair.
            throw ApiError.InvalidParam("The body holds a text that is not valid Unicode.").ToException();
        }
    }
}
