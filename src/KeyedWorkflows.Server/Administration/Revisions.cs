using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Revisions as entity tags: <c>ETag: "…"</c> of what is shown, <c>If-Match: "…"</c> of what is changed.</summary>
internal static class Revisions
{
    private const int MaxLength = 64;

    /// <summary>The revision that a change was read at.</summary>
    /// <returns>Null where any will do.</returns>
    public static string? Expected(HttpContext http)
    {
        var headers = http.Request.Headers.IfMatch;
        if (headers.Count == 0)
            return null;
        if (headers.Count == 1 && headers[0]?.Trim() is { } header)
        {
            if (header == "*")
                return null;
            if (header is ['"', .. { Length: > 0 and <= MaxLength } tag, '"'] && !tag.AsSpan().ContainsAnyExceptInRange('#', '~'))
                return tag;
        }
        throw ApiError.InvalidParam("The If-Match header must be one revision in quotes, as an ETag header gave it, or *.").ToException();
    }

    public static void Show(HttpContext http, string revision, bool isFaulty)
    {
        if (!isFaulty)
            http.Response.Headers.ETag = $"\"{revision}\"";
    }
}
