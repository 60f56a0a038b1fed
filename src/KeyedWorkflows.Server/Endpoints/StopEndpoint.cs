using KeyedWorkflows.Storage;
using KeyedWorkflows.Wire;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>POST /workflows/tasks/{task_id}/stop</c>: stops a run of the token's, and of the user that the body names. One that has ended stays as it is.</summary>
internal sealed class StopEndpoint(RunHub hub, IRunHistory history, WorkflowServerOptions options)
{
    private static readonly string[] Fields = ["user"];

    public async Task AnswerAsync(HttpContext http, ApiCaller caller)
    {
        var user = ReadUser(await RequestBody.ReadAsync(http, options.MaxBodyBytes).ConfigureAwait(false));
        var id = (string)http.Request.RouteValues["task_id"]!;
        if (hub.Find(caller.Token.Id, id, user) is { } live)
            live.Stop(StopReason.Caller);
        else if (!StoredRuns.IsId(id) || !await history.RequestStopAsync(caller.Token.Id, id, user, http.RequestAborted).ConfigureAwait(false))
            throw StoredRuns.Unknown();
        await JsonAnswer.WriteAsync(http, 200, 0, static (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteString("result"u8, "success"u8);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static string ReadUser(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            reader.Read();
            var fields = new StrictObject(ref reader, Fields, "The body");
            string? user = null;
            while (fields.Next(ref reader) is not null)
                user = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            if (user is { Length: > 0 } && !reader.Read())
                return user;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Said below.
        }
        throw ApiError.InvalidParam("The body must be {\"user\": \"…\"}: the user whose run it is.").ToException();
    }
}
