using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace KeyedWorkflows;

/// <summary>Reads profiles from configuration, by hand: no reflection, and no error that repeats a value.</summary>
internal static class ProfileSectionReader
{
    private const string KnownFields = "Id, Tenant, Provider, ApiKey, Model, EmbeddingModel, Endpoint, Organization, Project, Headers, Models, Labels, Limits, ConcurrentRuns, Enabled";

    /// <summary>Reads the section. Profiles whose content did not change keep their revision; faulty ones are left out.</summary>
    public static (ProfileSnapshot Snapshot, IReadOnlyList<string> Faults) Read(IConfigurationSection section, ProfileSnapshot before)
    {
        List<string> faults = [];
        Dictionary<string, StoredProfile> byId = new(StringComparer.Ordinal);
        HashSet<string> sharedIds = new(StringComparer.Ordinal);
        var position = 0;
        foreach (var entry in section.GetSection("Profiles").GetChildren())
        {
            position++;
            if (ReadProfile(entry, position, faults) is not { } profile)
                continue;
            if (before.ByName.TryGetValue(profile.Name, out var old) && ProfileRevision.SameContent(old, profile))
                profile = old;
            if (!byId.TryAdd(profile.Id, profile))
            {
                faults.Add($"The profiles '{byId[profile.Id].Name}' and '{profile.Name}' have the same Id. Give each its own, or leave it out.");
                sharedIds.Add(profile.Id);
            }
        }
        foreach (var id in sharedIds)
            byId.Remove(id);
        return (new ProfileSnapshot(byId.Values, ReadDefault(section, faults)), faults);
    }

    private static Credential? ReadDefault(IConfigurationSection section, List<string> faults)
    {
        // A default that was set and is empty or malformed is not "no default".
        if (section["DefaultProfile"] is not { } name)
            return null;
        if (!ProfileNames.IsValid(name))
            faults.Add("DefaultProfile is empty, does not match [a-z0-9][a-z0-9_.-]{0,63}, or is a key. Name a profile there, or remove it.");
        return Credential.Profile(name);
    }

    private static StoredProfile? ReadProfile(IConfigurationSection entry, int position, List<string> faults)
    {
        if (!ProfileNames.IsValid(entry.Key))
        {
            faults.Add($"The name of profile number {position} of section Profiles does not match [a-z0-9][a-z0-9_.-]{{0,63}}, or is a key. It is not repeated here.");
            return null;
        }
        var faultsBefore = faults.Count;
        void Fault(string what) => faults.Add($"Profile '{entry.Key}': {what}");

        if (!string.IsNullOrEmpty(entry.Value))
            Fault($"is a single value. It must hold fields: {KnownFields}.");

        var fields = new Dictionary<string, IConfigurationSection>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in entry.GetChildren())
        {
            if (IsKnown(field.Key))
                fields[field.Key] = field;
            else
                Fault($"holds an unknown field. Known are {KnownFields}.");
        }

        string? Text(string name)
        {
            if (!fields.TryGetValue(name, out var field))
                return null;
            if (field.GetChildren().Any())
                Fault($"{name} must be a single value.");
            else if (field.Value is { } value && string.IsNullOrWhiteSpace(value))
                Fault($"{name} is empty. Give it a value, or remove it.");
            return field.Value;
        }

        IEnumerable<(string Name, string Value)> Entries(string name)
        {
            if (!fields.TryGetValue(name, out var field))
                yield break;
            if (!string.IsNullOrEmpty(field.Value))
                Fault($"{name} must hold names with values.");
            foreach (var child in field.GetChildren())
            {
                if (string.IsNullOrWhiteSpace(child.Value))
                    Fault($"{name} holds an entry that is empty or not a single value.");
                else
                    yield return (child.Key, child.Value);
            }
        }

        Secret? key = null;
        if (Text("ApiKey") is { } keyText && !Secret.TryFrom(keyText, out key) && !string.IsNullOrWhiteSpace(keyText))
            Fault("ApiKey is malformed. A key is 1 to 4096 printable ASCII characters without spaces.");

        Uri? endpoint = null;
        if (Text("Endpoint") is { Length: > 0 } address && !Uri.TryCreate(address, UriKind.Absolute, out endpoint))
            Fault("Endpoint is not an absolute address.");

        var enabled = true;
        if (Text("Enabled") is { Length: > 0 } flag && !bool.TryParse(flag, out enabled))
            Fault("Enabled is neither true nor false.");

        Dictionary<string, Secret> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Entries("Headers"))
        {
            if (Secret.TryFrom(value, out var secret))
                headers[name] = secret;
            else
                Fault("one of its Headers is malformed. A value is 1 to 4096 printable ASCII characters without spaces.");
        }

        var limits = LimitsSectionReader.Read(fields.GetValueOrDefault("Limits"), Fault);
        var runs = fields.TryGetValue("ConcurrentRuns", out var count) ? LimitsSectionReader.ReadCount(count, Fault) : null;
        var profile = new StoredProfile
        {
            Id = Text("Id") ?? IdOf(entry.Key),
            Name = entry.Key,
            Tenant = Text("Tenant"),
            Provider = Text("Provider") ?? "",
            ApiKey = key,
            Model = Text("Model"),
            EmbeddingModel = Text("EmbeddingModel"),
            Endpoint = endpoint,
            Organization = Text("Organization"),
            Project = Text("Project"),
            Headers = headers.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            // Keys of configuration do not tell upper case from lower case, and no provider has two models that differ in that alone.
            Models = Entries("Models").ToFrozenDictionary(one => one.Name, one => one.Value, StringComparer.OrdinalIgnoreCase),
            Labels = Entries("Labels").ToFrozenDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal),
            Limits = limits,
            ConcurrentRuns = runs,
            Enabled = enabled,
            Revision = ProfileRevision.New(),
        };
        if (faults.Count == faultsBefore && (ProfileRules.FirstFault(profile) ?? ProfileRules.FirstShownKey(profile)) is { } fault)
            Fault(profile.Provider.Length == 0 ? "Provider is missing. Name the family of its provider, such as openai." : fault);
        return faults.Count == faultsBefore ? profile : null;
    }

    private static bool IsKnown(string field) => field.ToUpperInvariant() is
        "ID" or "TENANT" or "PROVIDER" or "APIKEY" or "MODEL" or "EMBEDDINGMODEL" or "ENDPOINT" or "ORGANIZATION" or "PROJECT" or "HEADERS" or "MODELS" or "LABELS" or "LIMITS" or "CONCURRENTRUNS" or "ENABLED";

    /// <summary>The same name has the same id in each process and after each start, as run records need it.</summary>
    private static string IdOf(string name) => "cfg-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("KeyedWorkflows profile " + name)).AsSpan(0, 16));
}
