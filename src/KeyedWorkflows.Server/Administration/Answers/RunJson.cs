using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>How runs stand in answers to operators. What callers and models said is written where it is asked for: beside the store, and not over HTTP.</summary>
internal static class RunJson
{
    public static void Write(Utf8JsonWriter writer, StoredRun run)
    {
        writer.WriteStartObject();
        WriteFields(writer, run);
        writer.WriteEndObject();
    }

    /// <summary>A run with its steps and its calls of models.</summary>
    public static void Write(Utf8JsonWriter writer, StoredRun run, IReadOnlyList<RunStep> steps, IReadOnlyList<RunModelCall> calls, bool withContents)
    {
        writer.WriteStartObject();
        WriteFields(writer, run);
        if (withContents)
        {
            RunSummary.WriteRaw(writer, "inputs"u8, run.Inputs, "null"u8);
            RunSummary.WriteRaw(writer, "outputs"u8, run.Outputs, "null"u8);
        }
        RunSummary.WriteRaw(writer, "bindings"u8, run.Bindings, "[]"u8);
        writer.WriteStartArray("steps"u8);
        foreach (var step in steps)
            Write(writer, step, withContents);
        writer.WriteEndArray();
        writer.WriteStartArray("calls"u8);
        foreach (var call in calls)
            Write(writer, call);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter writer, StoredRun run)
    {
        writer.WriteString("id"u8, run.Id);
        writer.WriteString("workflow"u8, run.Workflow);
        RunSummary.WriteText(writer, "version"u8, run.Version);
        writer.WriteString("status"u8, run.Status);
        RunSummary.WriteText(writer, "tenant"u8, run.Tenant);
        writer.WriteString("token_id"u8, run.TokenId);
        RunSummary.WriteText(writer, "user"u8, run.EndUser);
        AdministrationJson.WriteTime(writer, "created_at", run.CreatedAt);
        AdministrationJson.WriteTime(writer, "finished_at", run.FinishedAt);
        if (run.Duration is { } duration)
            writer.WriteNumber("elapsed_seconds"u8, duration.TotalSeconds);
        RunSummary.WriteText(writer, "error_code"u8, run.ErrorCode);
        RunSummary.WriteText(writer, "error"u8, run.Error);
        Write(writer, run.Usage);
    }

    private static void Write(Utf8JsonWriter writer, RunStep step, bool withContents)
    {
        writer.WriteStartObject();
        writer.WriteString("step"u8, step.Step);
        AdministrationJson.WriteNumber(writer, "element", step.Element);
        writer.WriteNumber("attempt"u8, step.Attempt);
        writer.WriteString("status"u8, step.Status);
        writer.WriteNumber("elapsed_seconds"u8, step.Duration.TotalSeconds);
        RunSummary.WriteText(writer, "error_code"u8, step.ErrorCode);
        RunSummary.WriteText(writer, "error"u8, step.Error);
        Write(writer, step.Usage);
        if (withContents)
            RunSummary.WriteRaw(writer, "output"u8, step.Output, "null"u8);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RunModelCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("step"u8, call.Step);
        writer.WriteString("slot"u8, call.Slot);
        RunSummary.WriteText(writer, "profile"u8, call.ProfileName);
        RunSummary.WriteText(writer, "profile_id"u8, call.ProfileId);
        writer.WriteString("provider"u8, call.Provider);
        RunSummary.WriteText(writer, "model"u8, call.ModelAnswered ?? call.ModelAsked);
        writer.WriteNumber("input_tokens"u8, call.InputTokens);
        writer.WriteNumber("output_tokens"u8, call.OutputTokens);
        writer.WriteBoolean("is_estimated"u8, call.IsEstimated);
        RunSummary.WriteText(writer, "price"u8, call.Price?.ToText());
        RunSummary.WriteText(writer, "currency"u8, call.Price?.Currency);
        RunSummary.WriteText(writer, "error_code"u8, call.ErrorCode);
        RunSummary.WriteText(writer, "provider_request_id"u8, call.ProviderRequestId);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RunUsage usage)
    {
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("calls"u8, usage.Calls);
        writer.WriteNumber("input_tokens"u8, usage.InputTokens);
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens);
        writer.WriteNumber("cached_input_tokens"u8, usage.CachedInputTokens);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        writer.WriteEndObject();
    }
}
