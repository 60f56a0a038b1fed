using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Reads the parameters of an address. Errors name the parameter, not what was sent.</summary>
internal static class QueryText
{
    private const int MaxLength = 255;

    public static string? Optional(HttpContext http, string name)
    {
        var values = http.Request.Query[name];
        if (values.Count == 0)
            return null;
        if (values.Count > 1 || values[0] is not { Length: > 0 and <= MaxLength } text || text.AsSpan().ContainsAnyInRange('\0', '\u001f'))
            throw ApiError.InvalidParam($"Parameter '{name}' must be one text of 1 to {MaxLength} characters without control characters.").ToException();
        return text;
    }

    public static int Number(HttpContext http, string name, int otherwise, int most)
    {
        if (Optional(http, name) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw ApiError.InvalidParam($"Parameter '{name}' must be a whole number from 1 to {most}.").ToException();
    }

    public static bool Flag(HttpContext http, string name, bool otherwise) => Optional(http, name) switch
    {
        null => otherwise,
        "true" or "True" or "1" => true,
        "false" or "False" or "0" => false,
        _ => throw ApiError.InvalidParam($"Parameter '{name}' must be true or false.").ToException(),
    };

    public static DateTimeOffset? Time(HttpContext http, string name)
    {
        if (Optional(http, name) is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw ApiError.InvalidParam($"Parameter '{name}' must be a time by ISO 8601.").ToException();
    }
}
