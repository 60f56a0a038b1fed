using System.Collections.Frozen;
using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>The text of a profile that is protected: all of it, so that whatever is used was protected. By hand, as a <see cref="Secret"/> writes no key.</summary>
internal static class ProfilePayload
{
    private const int Version = 1;

    public static byte[] Write(StoredProfile profile)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("id", profile.Id);
            json.WriteString("name", profile.Name);
            json.WriteString("tenant", profile.Tenant);
            json.WriteString("provider", profile.Provider);
            json.WriteString("endpoint", profile.Endpoint?.OriginalString);
            json.WriteString("revision", profile.Revision);
            json.WriteBoolean("enabled", profile.Enabled);
            json.WriteString("organization", profile.Organization);
            json.WriteString("project", profile.Project);
            json.WriteString("model", profile.Model);
            json.WriteString("embeddingModel", profile.EmbeddingModel);
            json.WriteString("key", profile.ApiKey?.Reveal());
            WriteEntries(json, "headers", profile.Headers, static secret => secret.Reveal());
            WriteEntries(json, "models", profile.Models, static model => model);
            WriteEntries(json, "labels", profile.Labels, static label => label);
            if (profile.KeyReference is { } reference)
                json.WriteString("keyReference", reference);
            LimitsPayload.Write(json, profile.Limits, profile.BudgetMark);
            if (profile.ConcurrentRuns is { } runs)
                json.WriteNumber("concurrentRuns", runs);
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    /// <summary>Reads a profile back.</summary>
    /// <returns>Null where the text is not one that this version writes.</returns>
    public static StoredProfile? Read(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            if (json.GetProperty("version").GetInt32() != Version)
                return null;
            return new StoredProfile
            {
                Id = Required("id"),
                Name = Required("name"),
                Tenant = Optional("tenant"),
                Provider = Required("provider"),
                Endpoint = Optional("endpoint") is { } endpoint ? new Uri(endpoint, UriKind.Absolute) : null,
                Revision = Required("revision"),
                Enabled = json.GetProperty("enabled").GetBoolean(),
                Organization = Optional("organization"),
                Project = Optional("project"),
                Model = Optional("model"),
                EmbeddingModel = Optional("embeddingModel"),
                ApiKey = Optional("key") is { } key ? Secret.From(key) : null,
                Headers = Entries("headers").ToFrozenDictionary(one => one.Name, one => Secret.From(one.Value.GetString()), StringComparer.OrdinalIgnoreCase),
                Models = Entries("models").ToFrozenDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.OrdinalIgnoreCase),
                Labels = Entries("labels").ToFrozenDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.Ordinal),
                KeyReference = json.TryGetProperty("keyReference", out var reference) ? reference.GetString() : null,
                Limits = LimitsPayload.Read(json),
                BudgetMark = LimitsPayload.ReadMark(json),
                ConcurrentRuns = json.TryGetProperty("concurrentRuns", out var runs) ? runs.GetInt32() : null,
            };

            string Required(string name) => Optional(name) ?? throw new FormatException();
            string? Optional(string name) => json.GetProperty(name).GetString();
            IEnumerable<JsonProperty> Entries(string name) => json.GetProperty(name).EnumerateObject();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            // Its words may hold a piece of the text.
            return null;
        }
    }

    private static void WriteEntries<T>(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, T> entries, Func<T, string> text)
    {
        json.WriteStartObject(name);
        foreach (var (entry, value) in entries)
            json.WriteString(entry, text(value));
        json.WriteEndObject();
    }
}
