using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>The fields of a token that a request gives. "Given" is kept apart from "null": null takes a value away.</summary>
internal sealed class TokenFields
{
    private static readonly string[] Known = ["name", "workflows", "tenants", "profile_ids", "pinned_tenant", "may_send_key", "requests_per_minute", "concurrent_runs", "limits", "expires_at"];

    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private TokenDraft draft = new() { Name = "" };

    private TokenFields()
    {
    }

    public static TokenFields Read(ref Utf8JsonReader reader) => Read(ref reader, "The body");

    public static TokenFields Read(ref Utf8JsonReader reader, string where)
    {
        var fields = new TokenFields();
        var members = new StrictObject(ref reader, Known, where);
        while (members.Next(ref reader) is { } field)
        {
            fields.given.Add(field);
            var draft = fields.draft;
            fields.draft = field switch
            {
                "name" => draft with { Name = JsonField.Text(ref reader, field) },
                "workflows" => draft with { Workflows = JsonField.Texts(ref reader, field) },
                "tenants" => draft with { Tenants = JsonField.Texts(ref reader, field) },
                "profile_ids" => draft with { ProfileIds = JsonField.Texts(ref reader, field) },
                "pinned_tenant" => draft with { PinnedTenant = JsonField.OptionalText(ref reader, field) },
                "may_send_key" => draft with { MaySendKey = JsonField.Flag(ref reader, field) },
                "requests_per_minute" => draft with { RequestsPerMinute = JsonField.OptionalNumber(ref reader, field) },
                "concurrent_runs" => draft with { ConcurrentRuns = JsonField.OptionalNumber(ref reader, field) },
                "limits" => draft with { Limits = LimitsFields.Read(ref reader, field) },
                _ => draft with { ExpiresAt = JsonField.OptionalTime(ref reader, field) },
            };
        }
        return fields;
    }

    /// <summary>A new token.</summary>
    public TokenDraft ToDraft() => given.Contains("name") ? draft : throw JsonField.Missing("name", "by which operators know the token");

    /// <summary>The whole of what a token is to become.</summary>
    public TokenDraft Replacing(AccessToken present) => given.Contains("name") ? draft : draft with { Name = present.Name };

    /// <summary>What a token is to become where what is not given stays.</summary>
    public TokenDraft Over(AccessToken present) => new()
    {
        Name = given.Contains("name") ? draft.Name : present.Name,
        Workflows = given.Contains("workflows") ? draft.Workflows : present.Workflows,
        Tenants = given.Contains("tenants") ? draft.Tenants : present.Tenants,
        ProfileIds = given.Contains("profile_ids") ? draft.ProfileIds : present.ProfileIds,
        PinnedTenant = given.Contains("pinned_tenant") ? draft.PinnedTenant : present.PinnedTenant,
        MaySendKey = given.Contains("may_send_key") ? draft.MaySendKey : present.MaySendKey,
        RequestsPerMinute = given.Contains("requests_per_minute") ? draft.RequestsPerMinute : present.RequestsPerMinute,
        ConcurrentRuns = given.Contains("concurrent_runs") ? draft.ConcurrentRuns : present.ConcurrentRuns,
        Limits = given.Contains("limits") ? draft.Limits : present.Limits,
        ExpiresAt = given.Contains("expires_at") ? draft.ExpiresAt : present.ExpiresAt,
    };
}
