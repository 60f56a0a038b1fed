using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>GET /workflows/logs</c>: a token's runs, newest first, by pages.</summary>
internal sealed class LogsEndpoint(IRunHistory history)
{
    private const int MaxLimit = 100;
    private const int MaxPage = 100_000;

    public async Task AnswerAsync(HttpContext http, ApiCaller caller)
    {
        var status = QueryText.Optional(http, "status");
        if (status is not null && !RunStates.IsKnown(status))
            throw ApiError.InvalidParam("Parameter 'status' must be running, succeeded, partial-succeeded, failed or stopped.").ToException();
        var filter = new RunFilter
        {
            Page = QueryText.Number(http, "page", 1, MaxPage),
            Limit = QueryText.Number(http, "limit", 20, MaxLimit),
            Workflow = QueryText.Optional(http, "workflow"),
            Status = status,
            EndUser = QueryText.Optional(http, "created_by_end_user_session_id") ?? QueryText.Optional(http, "user"),
            Keyword = QueryText.Optional(http, "keyword"),
            Before = QueryText.Time(http, "created_at__before"),
            After = QueryText.Time(http, "created_at__after"),
        };
        var page = await history.ListAsync(caller.Token.Id, filter, http.RequestAborted).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(http, 200, (filter, page), static (writer, answer) => Write(writer, answer.filter, answer.page)).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter writer, RunFilter filter, RunPage page)
    {
        writer.WriteStartObject();
        writer.WriteNumber("page"u8, filter.Page);
        writer.WriteNumber("limit"u8, filter.Limit);
        writer.WriteNumber("total"u8, page.Total);
        writer.WriteBoolean("has_more"u8, (long)filter.Page * filter.Limit < page.Total);
        writer.WriteStartArray("data"u8);
        foreach (var run in page.Runs)
            Write(writer, run);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredRun run)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, run.Id);
        writer.WriteStartObject("workflow_run"u8);
        writer.WriteString("version"u8, run.Version ?? "");
        var summary = RunSummary.Of(run);
        summary.WriteFields(writer);
        writer.WriteString("triggered_from"u8, "app-run"u8);
        writer.WriteEndObject();
        writer.WriteString("created_from"u8, "service-api"u8);
        writer.WriteString("created_by_role"u8, "end_user"u8);
        writer.WriteStartObject("created_by_end_user"u8);
        writer.WriteString("id"u8, run.EndUser ?? "");
        writer.WriteString("type"u8, "service_api"u8);
        writer.WriteBoolean("is_anonymous"u8, false);
        writer.WriteString("session_id"u8, run.EndUser ?? "");
        writer.WriteEndObject();
        writer.WriteNumber("created_at"u8, run.CreatedAt.ToUnixTimeSeconds());
        writer.WriteEndObject();
    }
}
