using System.Text.Json;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Server;

/// <summary>
/// Writes the events of a run as Dify's frames. Called by one at a time: whoever reports an event holds the run's lock.
/// </summary>
internal sealed class RunFrames(WorkflowDefinition workflow, string runId, string endUser)
{
    private readonly Dictionary<string, DateTimeOffset> starts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);

    /// <summary>How many elements steps with <c>[ForEach]</c> have, as their elements tell.</summary>
    private readonly Dictionary<string, int> elements = new(StringComparer.Ordinal);

    public byte[] Started(DateTimeOffset at, byte[]? inputs, byte[] bindings, string? tenant) => Frame("workflow_started", at, writer =>
    {
        writer.WriteString("id"u8, runId);
        writer.WriteString("workflow_id"u8, workflow.Name);
        if (workflow.Version is { } version)
            writer.WriteString("version"u8, version);
        RunSummary.WriteRaw(writer, "inputs"u8, inputs, "{}"u8);
        writer.WriteNumber("created_at"u8, at.ToUnixTimeSeconds());
        writer.WriteString("reason"u8, "initial"u8);
        RunSummary.WriteText(writer, "tenant"u8, tenant);
        RunSummary.WriteRaw(writer, "bindings"u8, bindings, "[]"u8);
    });

    public byte[] StepStarted(StepStartedEvent happened)
    {
        starts[happened.Step] = happened.At;
        indices.TryAdd(happened.Step, indices.Count);
        var step = Find(happened.Step);
        return Frame(step is { IsForEach: true } ? "iteration_started" : "node_started", happened.At, writer =>
        {
            WriteNode(writer, happened.Step, happened.Element, step, IndexOf(happened));
            if (step is { DependsOn: [.., var last] })
                writer.WriteString("predecessor_node_id"u8, workflow.Steps[last].Name);
            writer.WriteNull("inputs"u8);
            writer.WriteNumber("created_at"u8, happened.At.ToUnixTimeSeconds());
            writer.WriteStartObject("extras"u8);
            writer.WriteEndObject();
        });
    }

    public byte[] StepFinished(StepFinishedEvent happened, byte[]? output)
    {
        var step = Find(happened.Step);
        return Frame(step is { IsForEach: true } ? "iteration_completed" : "node_finished", happened.At, writer =>
        {
            WriteEnd(writer, happened, step, RunStates.Succeeded, output, null, null, happened.Attempt, happened.Duration, happened.Usage);
            WriteIteration(writer, happened, step, happened.Usage);
        });
    }

    public byte[] StepFailed(StepFailedEvent happened, TimeSpan duration)
    {
        var step = Find(happened.Step);
        return Frame(step is { IsForEach: true } ? "iteration_completed" : "node_finished", happened.At, writer =>
        {
            WriteEnd(writer, happened, step, RunStates.Failed, null, happened.Message, happened.Code, 0, duration, default);
            writer.WriteBoolean("optional"u8, happened.Optional);
            WriteIteration(writer, happened, step, default);
        });
    }

    /// <summary>Dify has no event for what is not run; a client that does not know this one passes it over.</summary>
    public byte[] StepSkipped(StepSkippedEvent happened) => Frame("node_skipped", happened.At, writer =>
    {
        WriteNode(writer, happened.Step, happened.Element, Find(happened.Step), IndexOf(happened));
        writer.WriteNumber("created_at"u8, happened.At.ToUnixTimeSeconds());
    });

    public byte[] StepRetried(StepRetriedEvent happened) => Frame("node_retry", happened.At, writer =>
    {
        WriteEnd(writer, happened, Find(happened.Step), "retry", null, happened.Message, happened.Code, happened.Attempt, Since(happened), default);
        writer.WriteNumber("retry_index"u8, happened.Attempt);
    });

    public byte[] ElementFinished(IterationFinishedEvent happened)
    {
        elements[happened.Step] = happened.Count;
        return Frame("iteration_next", happened.At, writer =>
        {
            WriteNode(writer, happened.Step, null, Find(happened.Step), happened.Element ?? 0);
            writer.WriteNumber("steps"u8, happened.Count);
            writer.WriteNumber("created_at"u8, happened.At.ToUnixTimeSeconds());
        });
    }

    public byte[] Text(TextDeltaEvent happened) => Frame("text_chunk", happened.At, writer =>
    {
        writer.WriteString("text"u8, happened.Text);
        writer.WriteStartArray("from_variable_selector"u8);
        writer.WriteStringValue(happened.Step);
        writer.WriteStringValue("text"u8);
        writer.WriteEndArray();
        if (happened.Element is { } element)
            writer.WriteNumber("element"u8, element);
    });

    public byte[] Ended(RunSummary summary, WorkflowRunException? failure) => Frame("workflow_finished", EndTimeOf(summary), writer => WriteEnd(writer, summary, endUser, failure));

    /// <summary>The end of a run, from its record.</summary>
    public static byte[] EndOf(RunSummary summary, string endUser) => Frame(summary.Id, "workflow_finished", EndTimeOf(summary), writer => WriteEnd(writer, summary, endUser, null));

    /// <summary>How long a step has taken.</summary>
    public TimeSpan Since(StepEvent happened) => happened.At - StartOf(happened);

    /// <summary>When a step began.</summary>
    public DateTimeOffset StartOf(StepEvent happened) => starts.TryGetValue(happened.Step, out var start) ? start : happened.At;

    /// <summary>A step's place in the order in which steps began: the same in all frames of the step. One that was skipped has that of the next.</summary>
    private int IndexOf(StepEvent happened) => indices.TryGetValue(happened.Step, out var index) ? index : indices.Count;

    /// <summary>A step by its name; null for one of a sub-workflow.</summary>
    public StepDefinition? Find(string name)
    {
        foreach (var step in workflow.Steps)
        {
            if (step.Name == name)
                return step;
        }
        return null;
    }

    private static DateTimeOffset EndTimeOf(RunSummary summary) => summary.FinishedAt ?? summary.CreatedAt;

    private byte[] Frame(string name, DateTimeOffset at, Action<Utf8JsonWriter> data) => Frame(runId, name, at, data);

    private static byte[] Frame(string runId, string name, DateTimeOffset at, Action<Utf8JsonWriter> data)
    {
        using var text = new PooledText();
        using (var writer = new Utf8JsonWriter(text, JsonAnswer.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("event"u8, name);
            writer.WriteString("task_id"u8, runId);
            writer.WriteString("workflow_run_id"u8, runId);

            // Dify's own times are whole seconds.
            writer.WriteString("at"u8, at);
            writer.WriteStartObject("data"u8);
            data(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return text.Written.ToArray();
    }

    private void WriteNode(Utf8JsonWriter writer, string name, int? element, StepDefinition? step, int index)
    {
        writer.WriteString("id"u8, element is { } number ? $"{runId}-{name}-{number}" : $"{runId}-{name}");
        writer.WriteString("node_id"u8, name);
        writer.WriteString("node_type"u8, TypeOf(step));
        writer.WriteString("title"u8, name);
        writer.WriteNumber("index"u8, index);
        if (element is { } iteration)
        {
            writer.WriteString("iteration_id"u8, name);
            writer.WriteNumber("element"u8, iteration);
        }
    }

    private void WriteEnd(Utf8JsonWriter writer, StepEvent happened, StepDefinition? step, string status, byte[]? output, string? error, string? code, int attempt, TimeSpan duration, in RunUsage usage)
    {
        WriteNode(writer, happened.Step, happened.Element, step, IndexOf(happened));
        if (step is { DependsOn: [.., var last] })
            writer.WriteString("predecessor_node_id"u8, workflow.Steps[last].Name);
        writer.WriteNull("inputs"u8);
        writer.WriteNull("process_data"u8);
        RunSummary.WriteRaw(writer, "outputs"u8, output, "null"u8);
        writer.WriteString("status"u8, status);
        RunSummary.WriteText(writer, "error"u8, error);
        if (code is not null)
            writer.WriteString("error_code"u8, code);
        if (attempt > 0)
            writer.WriteNumber("attempt"u8, attempt);
        writer.WriteNumber("elapsed_time"u8, Math.Round(duration.TotalSeconds, 6));
        writer.WriteStartObject("execution_metadata"u8);
        writer.WriteNumber("total_tokens"u8, usage.TotalTokens);
        writer.WriteNull("total_price"u8);
        writer.WriteNull("currency"u8);
        writer.WritePropertyName("usage"u8);
        RunSummary.WriteUsage(writer, usage);
        writer.WriteEndObject();
        writer.WriteNumber("created_at"u8, StartOf(happened).ToUnixTimeSeconds());
        writer.WriteNumber("finished_at"u8, happened.At.ToUnixTimeSeconds());
        writer.WriteStartArray("files"u8);
        writer.WriteEndArray();
    }

    private void WriteIteration(Utf8JsonWriter writer, StepEvent happened, StepDefinition? step, in RunUsage usage)
    {
        if (step is not { IsForEach: true })
            return;
        writer.WriteNumber("total_tokens"u8, usage.TotalTokens);
        writer.WriteNumber("steps"u8, elements.GetValueOrDefault(happened.Step));
    }

    private static void WriteEnd(Utf8JsonWriter writer, RunSummary summary, string endUser, WorkflowRunException? failure)
    {
        summary.WriteFields(writer);
        writer.WriteStartObject("created_by"u8);
        writer.WriteString("id"u8, endUser);
        writer.WriteString("user"u8, endUser);
        writer.WriteEndObject();
        writer.WriteStartArray("files"u8);
        writer.WriteEndArray();
        if (failure is not null)
            WriteFailure(writer, failure);
    }

    private static void WriteFailure(Utf8JsonWriter writer, WorkflowRunException failure)
    {
        writer.WriteStartObject("failure"u8);
        RunSummary.WriteText(writer, "step"u8, failure.Step);
        writer.WriteNumber("attempt"u8, failure.Attempt);
        RunSummary.WriteText(writer, "slot"u8, failure.Slot);
        RunSummary.WriteText(writer, "profile"u8, failure.Profile);
        if (failure.StatusCode is { } status)
            writer.WriteNumber("provider_status"u8, status);
        if (failure.RetryAfter is { } wait)
            writer.WriteNumber("retry_after"u8, wait.TotalSeconds);
        RunSummary.WriteText(writer, "provider_request_id"u8, failure.ProviderRequestId);
        writer.WriteEndObject();
    }

    private static string TypeOf(StepDefinition? step) => step switch
    {
        { IsForEach: true } => "iteration",
        { Kind: StepKind.Prompt } => "llm",
        { Kind: StepKind.Condition } => "if-else",
        { Kind: StepKind.SubWorkflow } => "workflow",
        _ => "code",
    };
}
