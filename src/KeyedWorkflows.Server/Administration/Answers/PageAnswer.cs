using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Answers with a page of a list.</summary>
internal static class PageAnswer
{
    private const int MaxPage = 1_000_000;
    private const int MaxLimit = 500;
    private const int UsualLimit = 50;

    public static (int Page, int Limit) Asked(HttpContext http) => (QueryText.Number(http, "page", 1, MaxPage), QueryText.Number(http, "limit", UsualLimit, MaxLimit));

    /// <summary>Cuts the page out of a list that is there as a whole.</summary>
    public static Task WriteAsync<T>(HttpContext http, IReadOnlyCollection<T> all, Action<Utf8JsonWriter, T> write)
    {
        var (page, limit) = Asked(http);
        return WriteAsync(http, page, limit, all.Count, [.. all.Skip((int)Math.Min((page - 1L) * limit, int.MaxValue)).Take(limit)], write);
    }

    public static Task WriteAsync<T>(HttpContext http, int page, int limit, int total, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write) => JsonAnswer.WriteAsync(http, 200, items, (writer, items) =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("page"u8, page);
        writer.WriteNumber("limit"u8, limit);
        writer.WriteNumber("total"u8, total);
        writer.WriteBoolean("has_more"u8, (long)page * limit < total);
        writer.WriteStartArray("data"u8);
        foreach (var item in items)
            write(writer, item);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
