using System.Buffers;
using System.Text.Json;

namespace KeyedWorkflows.Server;

/// <summary>What each slot of a run was bound to, as JSON.</summary>
internal static class RunBindings
{
    /// <summary>By names and ids alone. A key of the run's own has a fingerprint, by which it can be told from others of the token.</summary>
    public static byte[] Write(RunBinding binding)
    {
        var text = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(text, JsonAnswer.Writing))
        {
            writer.WriteStartArray();
            foreach (var slot in binding.Slots)
            {
                writer.WriteStartObject();
                writer.WriteString("slot"u8, slot.Slot);
                writer.WriteString("source"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(slot.Source.ToString()));
                writer.WriteString("provider"u8, slot.Provider);
                RunSummary.WriteText(writer, "profile"u8, slot.ProfileName);
                RunSummary.WriteText(writer, "profile_id"u8, slot.ProfileId);
                RunSummary.WriteText(writer, "tenant"u8, slot.Tenant);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return text.WrittenSpan.ToArray();
    }
}
