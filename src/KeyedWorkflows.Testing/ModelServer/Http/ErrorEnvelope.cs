using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Testing;

/// <summary>OpenAI's error envelope.</summary>
internal static class ErrorEnvelope
{
    public static JsonScratch Write(string message, string? type, string? code, string? param = null, bool contentFilter = false)
    {
        var scratch = JsonScratch.Start();
        var json = scratch.Writer;
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, message);
        json.WriteString("type"u8, type);
        json.WriteString("param"u8, param);
        json.WriteString("code"u8, code);
        if (contentFilter)
        {
            json.WriteNumber("status"u8, 400);
            json.WriteStartObject("innererror"u8);
            json.WriteString("code"u8, "ResponsibleAIPolicyViolation"u8);
            json.WriteStartObject("content_filter_result"u8);
            json.WriteStartObject("violence"u8);
            json.WriteBoolean("filtered"u8, true);
            json.WriteString("severity"u8, "medium"u8);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return scratch;
    }

    /// <summary>The 401 for a key that is not accepted, or not given.</summary>
    public static JsonScratch Unauthorized(string key, bool whole) => key.Length == 0
        ? Write("You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth.", "invalid_request_error", null)
        : Write($"Incorrect API key provided: {(whole ? key : Masked(key))}.", "invalid_request_error", "invalid_api_key");

    public static JsonScratch ModelNotFound(string model) =>
        Write($"The model `{model}` does not exist or you do not have access to it.", "invalid_request_error", "model_not_found", "model");

    public static void SetRetryAfter(HttpResponse response, TimeSpan wait)
    {
        response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (wait.Ticks % TimeSpan.TicksPerSecond != 0)
            response.Headers["retry-after-ms"] = wait.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The first 8 and last 4 characters, as OpenAI shows a key; all of a key that is too short for it is starred.</summary>
    private static string Masked(string key) => key.Length <= 12
        ? new string('*', key.Length)
        : string.Concat(key.AsSpan(0, 8), new string('*', key.Length - 12), key.AsSpan(key.Length - 4));
}
