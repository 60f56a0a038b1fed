using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/audit</c> and <c>/audit/verify</c>: who changed what, and whether all of it is there as it was written.</summary>
internal sealed class AuditEndpoint(AuditLog audit)
{
    public async Task ReadAsync(HttpContext http)
    {
        var query = new AuditQuery
        {
            Tenant = QueryText.Optional(http, "tenant"),
            From = QueryText.Time(http, "from"),
            To = QueryText.Time(http, "to"),
            Actor = QueryText.Optional(http, "actor"),
            SubjectId = QueryText.Optional(http, "subject_id"),
            After = After(http),
            NewestFirst = QueryText.Flag(http, "newest_first", false),
            Limit = QueryText.Number(http, "limit", 100, AuditLog.PageSize),
        };
        var report = new AuditReport(query, await audit.ReadAsync(query, http.RequestAborted).ConfigureAwait(false));
        if (CsvAnswer.IsWanted(http))
            await CsvAnswer.WriteAsync(http, "audit.csv", report.ToCsv()).ConfigureAwait(false);
        else
            await JsonAnswer.WriteAsync(http, 200, report, static (writer, report) => report.WriteTo(writer)).ConfigureAwait(false);
    }

    public async Task VerifyAsync(HttpContext http)
    {
        AuditHead? expected = null;
        if (QueryText.Optional(http, "head") is { } head && !AuditHead.TryParse(head, out expected))
            throw ApiError.InvalidParam("Parameter 'head' is not one that a log or an earlier examination shows: a number, a colon and 64 hexadecimal digits.").ToException();
        var verified = await audit.VerifyAsync(expected, After(http), http.RequestAborted).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(http, 200, verified, static (writer, verified) =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("intact"u8, verified.IsIntact);
            writer.WriteNumber("entries"u8, verified.Entries);
            RunSummary.WriteText(writer, "head"u8, verified.Head?.ToString());
            RunSummary.WriteText(writer, "fault"u8, verified.Fault is { } fault ? JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString()) : null);
            AdministrationJson.WriteNumber(writer, "first_broken", verified.FirstBroken);
            writer.WriteString("message"u8, verified.Message);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static long After(HttpContext http)
    {
        if (QueryText.Optional(http, "after") is not { } text)
            return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw ApiError.InvalidParam("Parameter 'after' must be the number of an entry.").ToException();
    }
}
