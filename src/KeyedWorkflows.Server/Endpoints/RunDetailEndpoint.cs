using System.Text;
using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>GET /workflows/run/{id}</c>: how a run stands. A token sees its own runs; with <c>?user=</c> only that user's. <c>?include=steps,calls</c> adds what it did.</summary>
internal sealed class RunDetailEndpoint(RunHub hub, StoredRuns stored, IRunHistory history)
{
    public async Task AnswerAsync(HttpContext http, ApiCaller caller)
    {
        var id = (string)http.Request.RouteValues["run_id"]!;
        var user = QueryText.Optional(http, "user");
        var include = QueryText.Optional(http, "include")?.Split(',') ?? [];
        if (include.Any(static part => part is not ("steps" or "calls")))
            throw ApiError.InvalidParam("Parameter 'include' takes steps and calls.").ToException();

        // What was told of a run that goes on here is on the disk; what it has done since, it says itself.
        if (hub.Find(caller.Token.Id, id, user) is { } live)
            await live.Recorded.ConfigureAwait(false);
        var run = await stored.FindAsync(caller.Token.Id, id, user, http.RequestAborted).ConfigureAwait(false);
        var steps = include.Contains("steps") ? await history.ReadStepsAsync(caller.Token.Id, id, http.RequestAborted).ConfigureAwait(false) : null;
        var calls = include.Contains("calls") ? await history.ReadCallsAsync(caller.Token.Id, id, http.RequestAborted).ConfigureAwait(false) : null;
        await JsonAnswer.WriteAsync(http, 200, (run, steps, calls), static (writer, answer) => Write(writer, answer.run, answer.steps, answer.calls)).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter writer, StoredRun run, IReadOnlyList<RunStep>? steps, IReadOnlyList<RunModelCall>? calls)
    {
        writer.WriteStartObject();
        RunSummary.Of(run).WriteFields(writer);

        // A text that holds JSON: so it stands in Dify's contract.
        writer.WriteString("inputs"u8, run.Inputs is { } inputs ? Encoding.UTF8.GetString(inputs) : "{}");
        RunSummary.WriteText(writer, "version"u8, run.Version);
        RunSummary.WriteText(writer, "user"u8, run.EndUser);
        RunSummary.WriteText(writer, "tenant"u8, run.Tenant);
        RunSummary.WriteRaw(writer, "bindings"u8, run.Bindings, "[]"u8);
        if (steps is not null)
        {
            writer.WriteStartArray("steps"u8);
            foreach (var step in steps)
                Write(writer, step);
            writer.WriteEndArray();
        }
        if (calls is not null)
        {
            writer.WriteStartArray("calls"u8);
            foreach (var call in calls)
                Write(writer, call);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RunStep step)
    {
        writer.WriteStartObject();
        writer.WriteString("step"u8, step.Step);
        if (step.Element is { } element)
            writer.WriteNumber("element"u8, element);
        writer.WriteNumber("attempt"u8, step.Attempt);
        writer.WriteString("status"u8, step.Status);
        RunSummary.WriteRaw(writer, "outputs"u8, step.Output, "null"u8);
        RunSummary.WriteText(writer, "error_code"u8, step.ErrorCode);
        RunSummary.WriteText(writer, "error"u8, step.Error);
        writer.WritePropertyName("usage"u8);
        RunSummary.WriteUsage(writer, step.Usage);
        writer.WriteString("started_at"u8, step.StartedAt);
        writer.WriteNumber("elapsed_time"u8, Math.Round(step.Duration.TotalSeconds, 6));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RunModelCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("step"u8, call.Step);
        if (call.Element is { } element)
            writer.WriteNumber("element"u8, element);
        writer.WriteNumber("attempt"u8, call.Attempt);
        writer.WriteString("slot"u8, call.Slot);
        RunSummary.WriteText(writer, "profile_id"u8, call.ProfileId);
        writer.WriteString("provider"u8, call.Provider);
        RunSummary.WriteText(writer, "model_asked"u8, call.ModelAsked);
        RunSummary.WriteText(writer, "model_answered"u8, call.ModelAnswered);
        writer.WritePropertyName("usage"u8);
        RunSummary.WriteUsage(writer, new RunUsage(1, call.InputTokens, call.OutputTokens, call.CachedInputTokens, call.ReasoningTokens));
        writer.WriteBoolean("estimated"u8, call.IsEstimated);
        RunSummary.WriteText(writer, "price"u8, call.Price?.ToText());
        RunSummary.WriteText(writer, "currency"u8, call.Price?.Currency);
        RunSummary.WriteText(writer, "finish_reason"u8, call.FinishReason);
        RunSummary.WriteText(writer, "provider_request_id"u8, call.ProviderRequestId);
        RunSummary.WriteText(writer, "error_code"u8, call.ErrorCode);
        RunSummary.WriteText(writer, "prompt_hash"u8, call.PromptHash);
        if (call.Messages is not null)
            RunSummary.WriteRaw(writer, "messages"u8, call.Messages, "[]"u8);
        if (call.Answer is not null)
            RunSummary.WriteRaw(writer, "answer"u8, call.Answer, "[]"u8);
        writer.WriteString("started_at"u8, call.StartedAt);
        writer.WriteNumber("elapsed_time"u8, Math.Round(call.Duration.TotalSeconds, 6));
        writer.WriteEndObject();
    }
}
