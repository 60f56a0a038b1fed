using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace KeyedWorkflows.Server;

/// <summary>Answers with CSV those who accept that rather than JSON.</summary>
internal static class CsvAnswer
{
    private const string Csv = "text/csv";

    public static bool IsWanted(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParseList(http.Request.Headers.Accept, out var accepted))
            return false;
        return Quality(Csv) is > 0 and var csv && !(Quality("application/json") >= csv);

        double? Quality(string type) => accepted.Where(one => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Max(static one => (double?)(one.Quality ?? 1));
    }

    public static async Task WriteAsync(HttpContext http, string fileName, string csv)
    {
        var text = Encoding.UTF8.GetBytes(csv);
        http.Response.ContentType = Csv + "; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        http.Response.ContentLength = text.Length;
        await http.Response.Body.WriteAsync(text, http.RequestAborted).ConfigureAwait(false);
    }
}
