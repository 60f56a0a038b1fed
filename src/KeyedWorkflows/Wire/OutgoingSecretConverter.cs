using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows.Wire;

/// <summary>Writes a key into a request of the client, which is the one place that it goes to; what comes back is never a key.</summary>
internal sealed class OutgoingSecretConverter : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return Secret.Unusable;
    }

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.Reveal());
}
