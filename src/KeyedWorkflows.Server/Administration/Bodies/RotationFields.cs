using System.Text.Json;

namespace KeyedWorkflows.Server;

/// <summary>What a request to rotate a profile's key gives, and one to try it.</summary>
internal sealed record RotationFields
{
    private static readonly string[] OfRotation = ["api_key", "force", "model"];

    private static readonly string[] OfTrial = ["model"];

    /// <summary>The new key; null where the stored one is tried.</summary>
    public Secret? Key { get; private init; }

    /// <summary>Whether the key is taken without being tried.</summary>
    public bool Force { get; private init; }

    /// <summary>The model that is asked; null for the one that the profile or the workflows name.</summary>
    public string? Model { get; private init; }

    public static RotationFields None { get; } = new();

    public static RotationFields ReadRotation(ref Utf8JsonReader reader)
    {
        var fields = Read(ref reader, OfRotation);
        return fields.Key is null ? throw JsonField.Missing("api_key", "the new key") : fields;
    }

    public static RotationFields ReadTrial(ref Utf8JsonReader reader) => Read(ref reader, OfTrial);

    private static RotationFields Read(ref Utf8JsonReader reader, string[] known)
    {
        var fields = None;
        var members = new StrictObject(ref reader, known, "The body");
        while (members.Next(ref reader) is { } field)
        {
            fields = field switch
            {
                "api_key" => fields with { Key = JsonField.ProviderKey(ref reader, field) },
                "force" => fields with { Force = JsonField.Flag(ref reader, field) },
                _ => fields with { Model = ReadModel(ref reader, field) },
            };
        }
        return fields;
    }

    /// <summary>It is shown again, so that one which may be a key is not taken.</summary>
    private static string? ReadModel(ref Utf8JsonReader reader, string field)
    {
        var model = JsonField.OptionalText(ref reader, field);
        return ProfileRules.IsModelName(model) && (model is null || !KeyFormats.LooksLikeKey(model)) ? model : throw JsonField.Wrong(field, "the name of a model, of 1 to 256 characters");
    }
}
