using System.Text.Json;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Client;

/// <summary>Answers to what credential a run would use.</summary>
internal static class Explanations
{
    /// <summary>Reads the server's.</summary>
    public static CredentialExplanation Read(WorkflowDefinition workflow, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var answer = JsonElement.ParseValue(ref reader);
            var slots = new List<SlotExplanation>();
            if (answer.TryGet("slots", out var told) && told.ValueKind == JsonValueKind.Array)
            {
                foreach (var slot in told.EnumerateArray())
                {
                    slots.Add(new SlotExplanation
                    {
                        Slot = slot.Text("slot") ?? "",
                        Source = FrameEvents.SourceOf(slot.Text("source")),
                        ProfileName = slot.Text("profile"),
                        Provider = slot.Text("provider"),
                        Model = slot.Text("model"),
                        Reason = slot.Text("reason") ?? "",
                    });
                }
            }
            return new CredentialExplanation
            {
                Workflow = workflow.Name,
                CanRun = answer.Flag("can_run"),
                Tenant = answer.Text("tenant"),
                Slots = slots,
                ErrorCode = answer.Text("error_code"),
                Error = answer.Text("error"),
            };
        }
        catch (JsonException)
        {
            throw new WorkflowRunException(WorkflowErrorCodes.ServerFailed, "What answered is no server of workflows: its explanation is no JSON.") { Workflow = workflow.Name };
        }
    }

    /// <summary>For a run that is refused before it is asked for.</summary>
    public static CredentialExplanation Refused(WorkflowDefinition workflow, WorkflowRunException refusal) => new()
    {
        Workflow = workflow.Name,
        CanRun = false,
        Slots = [.. workflow.Slots.Where(slot => slot.Name == refusal.Slot).Select(slot => new SlotExplanation { Slot = slot.Name, Source = CredentialSource.Call, Reason = refusal.Message })],
        ErrorCode = refusal.Code,
        Error = refusal.Message,
    };
}
