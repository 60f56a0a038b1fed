using System.Text.Json;

namespace KeyedWorkflows.Server;

/// <summary>How it stands in answers what a tenant may run, and why not.</summary>
internal static class TenantCheckJson
{
    public static void Write(Utf8JsonWriter writer, string tenant, IReadOnlyList<WorkflowCheck> checks)
    {
        writer.WriteStartObject();
        writer.WriteString("tenant"u8, tenant);
        writer.WriteBoolean("can_run_all"u8, checks.All(static workflow => workflow.CanRun));
        writer.WriteStartArray("workflows"u8);
        foreach (var workflow in checks)
        {
            writer.WriteStartObject();
            writer.WriteString("workflow"u8, workflow.Workflow);
            RunSummary.WriteText(writer, "version"u8, workflow.Version);
            writer.WriteBoolean("can_run"u8, workflow.CanRun);
            RunSummary.WriteText(writer, "error_code"u8, workflow.ErrorCode);
            RunSummary.WriteText(writer, "error"u8, workflow.Error);
            writer.WriteStartArray("slots"u8);
            foreach (var slot in workflow.Slots)
                Write(writer, slot);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SlotCheck slot)
    {
        writer.WriteStartObject();
        writer.WriteString("slot"u8, slot.Slot);
        AdministrationJson.WriteTexts(writer, "providers", slot.Providers);
        writer.WriteBoolean("can_run"u8, slot.CanRun);
        RunSummary.WriteText(writer, "profile_id"u8, slot.ProfileId);
        RunSummary.WriteText(writer, "profile"u8, slot.Profile);
        RunSummary.WriteText(writer, "provider"u8, slot.Provider);
        RunSummary.WriteText(writer, "error_code"u8, slot.ErrorCode);
        writer.WriteString("reason"u8, slot.Reason);
        writer.WriteStartArray("models"u8);
        foreach (var model in slot.Models)
        {
            writer.WriteStartObject();
            writer.WriteString("kind"u8, model.Kind);
            writer.WriteString("asked"u8, model.Asked);
            writer.WriteString("called"u8, model.Called);
            writer.WriteBoolean("can_run"u8, slot.CanRun);
            RunSummary.WriteText(writer, "error_code"u8, slot.ErrorCode);
            writer.WriteString("reason"u8, slot.Reason);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
