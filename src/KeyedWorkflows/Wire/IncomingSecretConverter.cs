using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows.Wire;

/// <summary>Reads a key of a request, and writes a fingerprint. A fingerprint that comes back is no key.</summary>
internal sealed class IncomingSecretConverter : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || reader.GetString() is not { } text || Secret.IsFingerprint(text) || !Secret.TryFrom(text, out var secret))
            throw new JsonException("The key is empty or malformed. A key is 1 to 4096 printable ASCII characters without spaces.");
        FoundInJson<Secret>.Add(secret);
        return secret;
    }

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.Fingerprint);
}
