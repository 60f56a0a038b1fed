using System.Text.Json;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>Writes what a host is asked for. It alone of this part puts a client's key into a text: into the body of the request that takes it to the host.</summary>
internal static class RemoteBody
{
    public static byte[] Of(ProfileDraft draft) => Write(json =>
    {
        json.WriteString("name"u8, draft.Name);
        json.WriteString("tenant"u8, draft.Tenant);
        json.WriteString("provider"u8, draft.Provider);
        if (draft.ApiKey is { } key)
            json.WriteString("api_key"u8, key.Reveal());
        if (draft.KeyReference is not null)
            json.WriteString("key_reference"u8, draft.KeyReference);
        if (draft.Headers is { } headers)
        {
            json.WriteStartObject("headers"u8);
            foreach (var (name, value) in headers)
                json.WriteString(name, value.Reveal());
            json.WriteEndObject();
        }
        json.WriteString("endpoint"u8, draft.Endpoint?.OriginalString);
        json.WriteString("organization"u8, draft.Organization);
        json.WriteString("project"u8, draft.Project);
        json.WriteString("model"u8, draft.Model);
        json.WriteString("embedding_model"u8, draft.EmbeddingModel);
        WriteMap(json, "models", draft.Models);
        WriteMap(json, "labels", draft.Labels);
        AdministrationJson.WriteLimits(json, draft.Limits);
        AdministrationJson.WriteNumber(json, "concurrent_runs", draft.ConcurrentRuns);
        json.WriteBoolean("enabled"u8, draft.Enabled);
    });

    public static byte[] Of(Secret key, bool force, string? model) => Write(json =>
    {
        json.WriteString("api_key"u8, key.Reveal());
        json.WriteBoolean("force"u8, force);
        if (model is not null)
            json.WriteString("model"u8, model);
    });

    public static byte[] Of(TokenDraft draft) => Write(json =>
    {
        json.WriteString("name"u8, draft.Name);
        AdministrationJson.WriteTexts(json, "workflows", draft.Workflows);
        AdministrationJson.WriteTexts(json, "tenants", draft.Tenants);
        AdministrationJson.WriteTexts(json, "profile_ids", draft.ProfileIds);
        json.WriteString("pinned_tenant"u8, draft.PinnedTenant);
        json.WriteBoolean("may_send_key"u8, draft.MaySendKey);
        AdministrationJson.WriteNumber(json, "requests_per_minute", draft.RequestsPerMinute);
        AdministrationJson.WriteNumber(json, "concurrent_runs", draft.ConcurrentRuns);
        AdministrationJson.WriteLimits(json, draft.Limits);
        AdministrationJson.WriteTime(json, "expires_at", draft.ExpiresAt);
    });

    public static byte[] OfReference(string reference) => Write(json => json.WriteString("key_reference"u8, reference));

    public static byte[] OfModel(string? model) => Write(json =>
    {
        if (model is not null)
            json.WriteString("model"u8, model);
    });

    public static byte[] OfGrace(TimeSpan? grace) => Write(json =>
    {
        if (grace is { } time)
            json.WriteNumber("grace_seconds"u8, (long)time.TotalSeconds);
        else
            json.WriteBoolean("keep_former"u8, true);
    });

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }
        return text.ToArray();
    }
}
