using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows;

/// <summary>Writes a fingerprint in the place of the key, and reads whatever stands there as a secret that cannot be used.</summary>
internal sealed class SecretJsonConverter : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return Secret.Unusable;
    }

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.Fingerprint);
}
