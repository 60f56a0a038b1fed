using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>The fields of a profile that a request gives. "Given" is kept apart from "null": null takes a value away.</summary>
internal sealed class ProfileFields
{
    private static readonly string[] Known =
    [
        "name", "tenant", "provider", "api_key", "key_reference", "endpoint", "organization", "project", "headers", "model", "embedding_model", "models", "labels", "limits", "concurrent_runs",
        "enabled",
    ];

    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private ProfileDraft draft = new() { Name = "", Provider = "" };

    private ProfileFields()
    {
    }

    public static ProfileFields Read(ref Utf8JsonReader reader) => Read(ref reader, "The body");

    public static ProfileFields Read(ref Utf8JsonReader reader, string where)
    {
        var fields = new ProfileFields();
        var members = new StrictObject(ref reader, Known, where);
        while (members.Next(ref reader) is { } field)
        {
            fields.given.Add(field);
            var draft = fields.draft;
            fields.draft = field switch
            {
                "name" => draft with { Name = JsonField.Text(ref reader, field) },
                "tenant" => draft with { Tenant = JsonField.OptionalText(ref reader, field) },
                "provider" => draft with { Provider = JsonField.Text(ref reader, field) },
                "api_key" => draft with { ApiKey = JsonField.ProviderKey(ref reader, field) },
                "key_reference" => draft with { KeyReference = JsonField.Text(ref reader, field) },
                "endpoint" => draft with { Endpoint = JsonField.OptionalAddress(ref reader, field) },
                "organization" => draft with { Organization = JsonField.OptionalText(ref reader, field) },
                "project" => draft with { Project = JsonField.OptionalText(ref reader, field) },
                "headers" => draft with { Headers = JsonField.Keys(ref reader, field) },
                "model" => draft with { Model = JsonField.OptionalText(ref reader, field) },
                "embedding_model" => draft with { EmbeddingModel = JsonField.OptionalText(ref reader, field) },
                "models" => draft with { Models = JsonField.Map(ref reader, field) },
                "labels" => draft with { Labels = JsonField.Map(ref reader, field) },
                "limits" => draft with { Limits = LimitsFields.Read(ref reader, field) },
                "concurrent_runs" => draft with { ConcurrentRuns = JsonField.OptionalNumber(ref reader, field) },
                _ => draft with { Enabled = JsonField.Flag(ref reader, field) },
            };
        }
        return fields;
    }

    /// <summary>A new profile.</summary>
    public ProfileDraft ToDraft()
    {
        if (!given.Contains("name"))
            throw JsonField.Missing("name", "by which callers choose the profile");
        return given.Contains("provider") ? draft : throw JsonField.Missing("provider", "the family of providers, such as openai");
    }

    /// <summary>The whole of what a profile is to become. Its key (or reference to one), its headers and whether it is enabled stay where they are not given.</summary>
    public ProfileDraft Replacing(ProfileListing present) =>
        (given.Contains("name") ? draft : draft with { Name = present.Name }) with
        {
            Provider = given.Contains("provider") ? draft.Provider : throw JsonField.Missing("provider", "the family of providers, such as openai"),
            Enabled = given.Contains("enabled") ? draft.Enabled : present.Enabled,
        };

    /// <summary>What a profile is to become where what is not given stays.</summary>
    public ProfileDraft Over(ProfileListing present) => new()
    {
        Name = given.Contains("name") ? draft.Name : present.Name,
        Tenant = given.Contains("tenant") ? draft.Tenant : present.Tenant,
        Provider = given.Contains("provider") ? draft.Provider : present.Provider,
        ApiKey = draft.ApiKey,
        KeyReference = draft.KeyReference,
        Endpoint = given.Contains("endpoint") ? draft.Endpoint : present.Endpoint,
        Organization = given.Contains("organization") ? draft.Organization : present.Organization,
        Project = given.Contains("project") ? draft.Project : present.Project,
        Headers = draft.Headers,
        Model = given.Contains("model") ? draft.Model : present.Model,
        EmbeddingModel = given.Contains("embedding_model") ? draft.EmbeddingModel : present.EmbeddingModel,
        Models = given.Contains("models") ? draft.Models : present.Models,
        Labels = given.Contains("labels") ? draft.Labels : present.Labels,
        Limits = given.Contains("limits") ? draft.Limits : present.Limits,
        ConcurrentRuns = given.Contains("concurrent_runs") ? draft.ConcurrentRuns : present.ConcurrentRuns,
        Enabled = given.Contains("enabled") ? draft.Enabled : present.Enabled,
    };
}
