using System.Text.Json;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Client;

/// <summary>Makes of the server's frames the events that the run tells in process.</summary>
internal static class FrameEvents
{
    /// <summary>The event of a frame that is not the last; null for one that has none here.</summary>
    public static WorkflowEvent? Of(WorkflowDefinition workflow, RunFrame frame, DateTimeOffset at)
    {
        var data = frame.Data;
        var step = frame.Name == "text_chunk" ? StepOfText(data) : data.Text("node_id") ?? "";
        var element = data.Number("element");
        switch (frame.Name)
        {
            case RunFrame.Started:
                return new RunStartedEvent { RunId = frame.RunId, At = at, Workflow = workflow.Name, Binding = BindingOf(data) };
            case "node_started" or "iteration_started":
                return new StepStartedEvent { RunId = frame.RunId, At = at, Step = step, Element = element };
            case "text_chunk":
                return new TextDeltaEvent { RunId = frame.RunId, At = at, Step = step, Element = element, Text = data.Text("text") ?? "" };
            case "node_skipped":
                return new StepSkippedEvent { RunId = frame.RunId, At = at, Step = step, Element = element };
            case "node_retry":
                return new StepRetriedEvent { RunId = frame.RunId, At = at, Step = step, Element = element, Attempt = data.Number("attempt") ?? 1, Code = CodeOf(data), Message = data.Text("error") ?? "" };
            case "iteration_next":
                return new IterationFinishedEvent { RunId = frame.RunId, At = at, Step = step, Element = data.Number("index"), Count = data.Number("steps") ?? 0 };
            case "node_finished" or "iteration_completed" when data.Text("status") == "failed":
                return new StepFailedEvent { RunId = frame.RunId, At = at, Step = step, Element = element, Optional = data.Flag("optional"), Code = CodeOf(data), Message = data.Text("error") ?? "" };
            case "node_finished" or "iteration_completed":
                return new StepFinishedEvent
                {
                    RunId = frame.RunId,
                    At = at,
                    Step = step,
                    Element = element,
                    Attempt = data.Number("attempt") ?? 1,
                    Usage = data.TryGet("execution_metadata", out var metadata) ? metadata.Usage() : default,
                    Duration = data.Seconds("elapsed_time") ?? default,
                    Output = data.TryGet("outputs", out var output) ? StepOutputs.OfStep(workflow, step, output) : null,
                };
            default:
                return null;
        }
    }

    /// <summary>What slots were bound to.</summary>
    public static RunBinding BindingOf(JsonElement data)
    {
        var slots = new List<SlotBinding>();
        if (data.TryGet("bindings", out var bindings) && bindings.ValueKind == JsonValueKind.Array)
        {
            foreach (var slot in bindings.EnumerateArray())
            {
                var provider = slot.Text("provider") ?? "";
                slots.Add(new SlotBinding(
                    slot.Text("slot") ?? "",
                    SourceOf(slot.Text("source")) ?? CredentialSource.Call,
                    slot.Text("profile") is { } name ? new StoredProfile { Id = slot.Text("profile_id") ?? "", Name = name, Tenant = slot.Text("tenant"), Provider = provider, Revision = "" } : null,
                    slot.Text("profile") is null ? new InlineCredential(provider, Secret.Unusable, null) : null));
            }
        }
        return slots.Count == 0 && data.Text("tenant") is null ? RunBinding.Empty : new RunBinding([.. slots], data.Text("tenant"));
    }

    public static CredentialSource? SourceOf(string? text)
    {
        foreach (var source in Enum.GetValues<CredentialSource>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(source.ToString()) == text)
                return source;
        }
        return null;
    }

    /// <summary>How a run failed.</summary>
    public static WorkflowRunException FailureOf(WorkflowDefinition workflow, RunFrame end)
    {
        var failure = end.Data.TryGet("failure", out var told) ? told : default;
        return new(end.Data.Text("error_code") ?? (end.Data.Text("status") == "stopped" ? WorkflowErrorCodes.Stopped : WorkflowErrorCodes.ServerFailed), end.Data.Text("error") ?? "The run failed.")
        {
            RunId = end.RunId,
            Workflow = workflow.Name,
            Step = failure.Text("step"),
            Attempt = failure.Number("attempt") ?? 0,
            Slot = failure.Text("slot"),
            Profile = failure.Text("profile"),
            StatusCode = failure.Number("provider_status"),
            RetryAfter = failure.Seconds("retry_after"),
            ProviderRequestId = failure.Text("provider_request_id"),
        };
    }

    public static RunStatus StatusOf(RunFrame end) => end.Data.Text("status") switch
    {
        "succeeded" => RunStatus.Succeeded,
        "partial-succeeded" => RunStatus.PartialSucceeded,
        "stopped" => RunStatus.Stopped,
        _ => RunStatus.Failed,
    };

    private static string CodeOf(JsonElement data) => data.Text("error_code") ?? WorkflowErrorCodes.StepFailed;

    private static string StepOfText(JsonElement data) =>
        data.TryGet("from_variable_selector", out var selector) && selector.ValueKind == JsonValueKind.Array && selector.GetArrayLength() > 0 && selector[0].ValueKind == JsonValueKind.String ? selector[0].GetString()! : "";
}
