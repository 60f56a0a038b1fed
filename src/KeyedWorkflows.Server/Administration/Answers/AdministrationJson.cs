using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>How profiles, tokens and administrators stand in answers. Keys are not among what these know; the values of tokens are written where one was just made, and nowhere else.</summary>
internal static class AdministrationJson
{
    public static void Write(Utf8JsonWriter writer, ProfileListing profile)
    {
        writer.WriteStartObject();
        WriteFields(writer, profile);
        writer.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter writer, ProfileListing profile)
    {
        writer.WriteString("id"u8, profile.Id);
        writer.WriteString("name"u8, profile.Name);
        RunSummary.WriteText(writer, "tenant"u8, profile.Tenant);
        writer.WriteString("provider"u8, profile.Provider);
        RunSummary.WriteText(writer, "endpoint"u8, profile.Endpoint?.OriginalString);
        RunSummary.WriteText(writer, "organization"u8, profile.Organization);
        RunSummary.WriteText(writer, "project"u8, profile.Project);
        WriteTexts(writer, "header_names", profile.HeaderNames);
        RunSummary.WriteText(writer, "model"u8, profile.Model);
        RunSummary.WriteText(writer, "embedding_model"u8, profile.EmbeddingModel);
        WriteMap(writer, "models", profile.Models);
        WriteMap(writer, "labels", profile.Labels);
        WriteLimits(writer, profile.Limits);
        WriteNumber(writer, "concurrent_runs", profile.ConcurrentRuns);
        writer.WriteBoolean("enabled"u8, profile.Enabled);
        writer.WriteString("revision"u8, profile.Revision);
        RunSummary.WriteText(writer, "key_fingerprint"u8, profile.KeyFingerprint);
        RunSummary.WriteText(writer, "key_reference"u8, profile.KeyReference);
        RunSummary.WriteText(writer, "fault_code"u8, profile.FaultCode);
        RunSummary.WriteText(writer, "fault"u8, profile.Fault);
    }

    /// <summary>A token, and, where it was just made or rotated, its value.</summary>
    public static void Write(Utf8JsonWriter writer, AccessToken token, DateTimeOffset now, Secret? value = null, Secret? callbackSecret = null)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, token.Id);
        writer.WriteString("name"u8, token.Name);
        WriteTexts(writer, "workflows", token.Workflows);
        WriteTexts(writer, "tenants", token.Tenants);
        WriteTexts(writer, "profile_ids", token.ProfileIds);
        RunSummary.WriteText(writer, "pinned_tenant"u8, token.PinnedTenant);
        writer.WriteBoolean("may_send_key"u8, token.MaySendKey);
        WriteNumber(writer, "requests_per_minute", token.RequestsPerMinute);
        WriteNumber(writer, "concurrent_runs", token.ConcurrentRuns);
        WriteLimits(writer, token.Limits);
        writer.WriteBoolean("enabled"u8, token.Enabled);
        WriteTime(writer, "expires_at", token.ExpiresAt);
        WriteTime(writer, "created_at", token.Fault is null ? token.CreatedAt : null);
        WriteTime(writer, "former_until", token.FormerUntil > now ? token.FormerUntil : null);
        writer.WriteString("revision"u8, token.Revision);
        RunSummary.WriteText(writer, "fault"u8, token.Fault);
        if (value is not null)
            writer.WriteString("value"u8, value.Reveal());
        if (callbackSecret is not null)
            writer.WriteString("callback_secret"u8, callbackSecret.Reveal());
        writer.WriteEndObject();
    }

    /// <summary>An administrator, and, where it was just made, its value.</summary>
    public static void Write(Utf8JsonWriter writer, Administrator administrator, Secret? value)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, administrator.Id);
        writer.WriteString("name"u8, administrator.Name);
        writer.WriteString("scope"u8, administrator.Scope == AdministratorScope.Write ? "write"u8 : "read"u8);
        WriteTime(writer, "expires_at", administrator.ExpiresAt);
        WriteTime(writer, "created_at", administrator.Fault is null ? administrator.CreatedAt : null);
        RunSummary.WriteText(writer, "fault"u8, administrator.Fault);
        if (value is not null)
            writer.WriteString("value"u8, value.Reveal());
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, Administrator administrator) => Write(writer, administrator, null);

    public static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } at)
            writer.WriteString(name, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        else
            writer.WriteNull(name);
    }

    public static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    public static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    public static void WriteLimits(Utf8JsonWriter writer, UsageLimits? limits)
    {
        if (limits is null)
        {
            writer.WriteNull("limits"u8);
            return;
        }
        writer.WriteStartObject("limits"u8);
        WriteNumber(writer, "requests_per_minute", limits.RequestsPerMinute);
        WriteNumber(writer, "tokens_per_minute", limits.TokensPerMinute);
        WriteBudget(writer, "day", limits.Day);
        WriteBudget(writer, "month", limits.Month);
        writer.WriteEndObject();
    }

    /// <summary>Money is a text, so that no reader rounds it.</summary>
    private static void WriteBudget(Utf8JsonWriter writer, string name, Budget? budget)
    {
        if (budget is null)
        {
            writer.WriteNull(name);
            return;
        }
        writer.WriteStartObject(name);
        WriteNumber(writer, "tokens", budget.Tokens);
        RunSummary.WriteText(writer, "money"u8, budget.Money?.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("currency"u8, budget.Currency);
        writer.WriteBoolean("soft"u8, budget.IsSoft);
        writer.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> map)
    {
        writer.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }
}
