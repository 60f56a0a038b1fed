using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>How a run stands, for every answer that says so.</summary>
internal sealed record RunSummary
{
    public required string Id { get; init; }

    public required string Workflow { get; init; }

    /// <summary>running, succeeded, partial-succeeded, failed or stopped.</summary>
    public required string Status { get; init; }

    /// <summary>The output as a JSON object; null where there is none, or none is kept.</summary>
    public byte[]? Outputs { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    /// <summary>When to come again, where a limit ended the run. It is not kept.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public required TimeSpan? Duration { get; init; }

    public required RunUsage Usage { get; init; }

    public required int TotalSteps { get; init; }

    public required int Exceptions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public bool HasEnded => Status != RunStates.Running;

    public static RunSummary Of(StoredRun run) => new()
    {
        Id = run.Id,
        Workflow = run.Workflow,
        Status = run.Status,
        Outputs = run.Outputs,
        ErrorCode = run.ErrorCode,
        Error = run.Error,
        Duration = run.Duration,
        Usage = run.Usage,
        TotalSteps = run.TotalSteps,
        Exceptions = run.Exceptions,
        CreatedAt = run.CreatedAt,
        FinishedAt = run.FinishedAt,
    };

    /// <summary>Writes the fields that Dify's blocking answer and its last event have in common.</summary>
    public void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("id"u8, Id);
        writer.WriteString("workflow_id"u8, Workflow);
        writer.WriteString("status"u8, Status);
        WriteRaw(writer, "outputs"u8, Outputs, "{}"u8);
        if (Outputs is null && Status is (RunStates.Succeeded or RunStates.PartialSucceeded))
        {
            // So that nobody takes {} for what the run yielded.
            writer.WriteBoolean("outputs_withheld"u8, true);
        }
        WriteText(writer, "error"u8, Error);
        if (ErrorCode is not null)
            writer.WriteString("error_code"u8, ErrorCode);
        writer.WriteNumber("elapsed_time"u8, Math.Round((Duration ?? TimeSpan.Zero).TotalSeconds, 6));
        writer.WriteNumber("total_tokens"u8, Usage.TotalTokens);
        writer.WriteNumber("total_steps"u8, TotalSteps);
        writer.WriteNumber("created_at"u8, CreatedAt.ToUnixTimeSeconds());
        if (FinishedAt is { } end)
            writer.WriteNumber("finished_at"u8, end.ToUnixTimeSeconds());
        else
            writer.WriteNull("finished_at"u8);
        writer.WriteNumber("exceptions_count"u8, Exceptions);
        writer.WritePropertyName("usage"u8);
        WriteUsage(writer, Usage);
    }

    /// <summary>Writes the blocking answer.</summary>
    public void WriteAnswer(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("task_id"u8, Id);
        writer.WriteString("workflow_run_id"u8, Id);
        writer.WriteStartObject("data"u8);
        WriteFields(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteUsage(Utf8JsonWriter writer, in RunUsage usage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("calls"u8, usage.Calls);
        writer.WriteNumber("input_tokens"u8, usage.InputTokens);
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens);
        writer.WriteNumber("cached_input_tokens"u8, usage.CachedInputTokens);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        writer.WriteEndObject();
    }

    public static void WriteRaw(Utf8JsonWriter writer, ReadOnlySpan<byte> name, byte[]? json, ReadOnlySpan<byte> otherwise)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json ?? otherwise, skipInputValidation: true);
    }

    public static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null)
            writer.WriteNull(name);
        else
            writer.WriteString(name, text);
    }
}
