using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;

namespace KeyedWorkflows.Server.Tests.Administration;

internal static class AnswerAssertions
{
    /// <summary>Demands that it was done, and gives the body.</summary>
    public static JsonObject Done(this TestAnswer answer, int status = 200)
    {
        Assert.True((int)answer.Status == status, $"{(int)answer.Status} instead of {status}: {answer.Text}");
        Assert.True(answer.Headers.CacheControl?.NoStore, "It may be cached.");
        return answer.Text.Length == 0 ? [] : answer.Json;
    }

    public static string ETag(this TestAnswer answer) => answer.Headers.ETag!.ToString();

    public static string Id(this JsonObject json) => (string)json["id"]!;

    /// <summary>The names, total and whether there are more of a page.</summary>
    public static string Told(this JsonObject page) => $"{string.Join(' ', page.Names())}, {page["total"]}, {page["has_more"]}";

    public static string[] Names(this JsonObject page) => [.. page["data"]!.AsArray().Select(static one => (string)one!["name"]!)];
}
