using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows.Storage;

/// <summary>The text of exported profiles. It has no place for a secret, and one that brings members of its own is refused.</summary>
internal static class ProfileExport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 8,
        WriteIndented = true,
    };

    public static string Write(IEnumerable<ProfileListing> profiles) => JsonSerializer.Serialize(
        new Document
        {
            Profiles =
            [
                .. profiles.Select(profile => new Exported
                {
                    Name = profile.Name,
                    Tenant = profile.Tenant,
                    Provider = profile.Provider,
                    Endpoint = profile.Endpoint?.OriginalString,
                    Organization = profile.Organization,
                    Project = profile.Project,
                    HeaderNames = profile.HeaderNames,
                    Model = profile.Model,
                    EmbeddingModel = profile.EmbeddingModel,
                    Models = profile.Models!,
                    Labels = profile.Labels!,
                    Limits = profile.Limits,
                    ConcurrentRuns = profile.ConcurrentRuns,
                }),
            ],
        },
        Options);

    /// <summary>Reads the text as drafts of disabled profiles.</summary>
    /// <exception cref="ProfileRefusedException">The text is malformed.</exception>
    public static IReadOnlyList<ProfileDraft> Read(string json)
    {
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(json, Options);
        }
        catch (JsonException error)
        {
            // Its own words repeat what was read.
            throw Malformed($"The text is not one that an export writes (line {error.LineNumber + 1}). An export holds no secrets, and none are taken from one.");
        }
        if (document is not { Version: 1 })
            throw Malformed("The text is of another version, or none that an export writes.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        List<ProfileDraft> drafts = [];
        foreach (var profile in document.Profiles)
        {
            if (profile is null || profile.Models.Values.Contains(null) || profile.Labels.Values.Contains(null))
                throw Malformed($"Profile number {drafts.Count + 1} is null, or has an entry that is.");
            if (!names.Add(profile.Name))
                throw Malformed($"Profile number {drafts.Count + 1} has the name of one before it.");
            Uri? endpoint = null;
            if (profile.Endpoint is not null && !Uri.TryCreate(profile.Endpoint, UriKind.Absolute, out endpoint))
                throw Malformed($"The endpoint of profile number {drafts.Count + 1} is not an absolute address.");
            drafts.Add(new ProfileDraft
            {
                Name = profile.Name,
                Tenant = profile.Tenant,
                Provider = profile.Provider,
                Endpoint = endpoint,
                Organization = profile.Organization,
                Project = profile.Project,
                Model = profile.Model,
                EmbeddingModel = profile.EmbeddingModel,
                Models = profile.Models!,
                Labels = profile.Labels!,
                Limits = profile.Limits,
                ConcurrentRuns = profile.ConcurrentRuns,
                Enabled = false,
            });
        }
        return drafts;
    }

    private static ProfileRefusedException Malformed(string message) => new(ProfileRefusal.Malformed, message);

    private sealed record Document
    {
        public int Version { get; init; } = 1;

        public required IReadOnlyList<Exported?> Profiles { get; init; }
    }

    private sealed record Exported
    {
        public required string Name { get; init; }

        public string? Tenant { get; init; }

        public required string Provider { get; init; }

        public string? Endpoint { get; init; }

        public string? Organization { get; init; }

        public string? Project { get; init; }

        /// <summary>What the operator has to enter again beside the key. Not read.</summary>
        public IReadOnlyList<string> HeaderNames { get; init; } = [];

        public string? Model { get; init; }

        public string? EmbeddingModel { get; init; }

        public IReadOnlyDictionary<string, string?> Models { get; init; } = new Dictionary<string, string?>();

        public IReadOnlyDictionary<string, string?> Labels { get; init; } = new Dictionary<string, string?>();

        public UsageLimits? Limits { get; init; }

        public int? ConcurrentRuns { get; init; }
    }
}
