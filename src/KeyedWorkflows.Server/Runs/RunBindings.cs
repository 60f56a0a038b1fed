using System.Buffers;
using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>What each slot of a run was bound to, as JSON: by names and ids, and by a fingerprint of the key, by which people tell keys apart.</summary>
internal static class RunBindings
{
    /// <param name="binding">The run's binding.</param>
    /// <param name="tokenId">Whose key it is that was given for the run.</param>
    /// <param name="fingerprints">Makes the marks; null where there is no store.</param>
    public static byte[] Write(RunBinding binding, string tokenId, KeyFingerprints? fingerprints)
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
                RunSummary.WriteText(writer, "key_fingerprint"u8, MarkOf(slot, tokenId, fingerprints));
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return text.WrittenSpan.ToArray();
    }

    private static string? MarkOf(SlotBinding slot, string tokenId, KeyFingerprints? fingerprints) => slot switch
    {
        _ when fingerprints is null => null,
        { Profile: { ApiKey.IsUsable: true } profile } => fingerprints.Of(profile),
        { Inline: { } inline } => fingerprints.Of(tokenId, inline.Key),
        _ => null,
    };
}
