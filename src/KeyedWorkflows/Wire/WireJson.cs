using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace KeyedWorkflows.Wire;

/// <summary>
/// How inputs and outputs of workflows stand in requests and answers: snake_case, read strictly (no duplicates, no unknown members, nothing left out that a type needs, depth 32). A value that is no object stands in one:
/// texts under <c>text</c>, others under <c>value</c>.
/// </summary>
internal static class WireJson
{
    public const int MaxDepth = 32;

    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Incoming = [];

    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Outgoing = [];

    /// <summary>For the server: keys are read, and written as fingerprints.</summary>
    public static JsonSerializerOptions ForServer(JsonSerializerOptions json) =>
        Incoming.GetValue(json, static json => Create(json, new IncomingSecretConverter(), new IncomingFileConverter(), strict: true));

    /// <summary>For the client: keys are written, and never read. A newer server may answer with more than the client's types know.</summary>
    public static JsonSerializerOptions ForClient(JsonSerializerOptions json) =>
        Outgoing.GetValue(json, static json => Create(json, new OutgoingSecretConverter(), new OutgoingFileConverter(), strict: false));

    /// <summary>The member that a value of a type stands under; null where the value is an object itself.</summary>
    public static string? WrapperOf(JsonTypeInfo type) =>
        type.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary ? null : type.Type == typeof(string) ? "text" : "value";

    /// <summary>Writes a value as an object.</summary>
    public static void WriteObject(Utf8JsonWriter writer, object? value, JsonTypeInfo type)
    {
        var wrapper = value is null ? null : WrapperOf(type);
        if (wrapper is null)
        {
            if (value is null)
                writer.WriteNullValue();
            else
                JsonSerializer.Serialize(writer, value, type);
            return;
        }
        writer.WriteStartObject();
        writer.WritePropertyName(wrapper);
        JsonSerializer.Serialize(writer, value, type);
        writer.WriteEndObject();
    }

    private static JsonSerializerOptions Create(JsonSerializerOptions json, JsonConverter<Secret> secrets, JsonConverter<WorkflowFile> files, bool strict)
    {
        var wire = new JsonSerializerOptions(json)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            PropertyNameCaseInsensitive = false,
            DictionaryKeyPolicy = null,
            DefaultIgnoreCondition = JsonIgnoreCondition.Never,
            WriteIndented = false,
            MaxDepth = MaxDepth,
        };
        if (strict)
        {
            wire.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            wire.AllowDuplicateProperties = false;
            wire.AllowTrailingCommas = false;
            wire.ReadCommentHandling = JsonCommentHandling.Disallow;
            wire.NumberHandling = JsonNumberHandling.Strict;
            wire.RespectNullableAnnotations = true;
            wire.RespectRequiredConstructorParameters = true;
        }
        wire.Converters.Insert(0, secrets);
        wire.Converters.Insert(0, files);
        wire.TypeInfoResolver = wire.TypeInfoResolver?.WithAddedModifier(LetNullableBeAbsent);
        wire.MakeReadOnly();
        return wire;
    }

    /// <summary>A parameter of a record's constructor that may be null may be left out, as a property may.</summary>
    private static void LetNullableBeAbsent(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in type.Properties)
        {
            if (property is { IsRequired: true, AssociatedParameter: { IsNullable: true, IsMemberInitializer: false } })
                property.IsRequired = false;
        }
    }
}
