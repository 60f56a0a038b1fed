using System.Text.Json;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Tenants;

/// <summary>Tenants for scripts, by the names that the administration API has for them.</summary>
internal static class TenantJson
{
    public static void Write(Utf8JsonWriter json, TenantView tenant, bool whole)
    {
        json.WriteStartObject();
        json.WriteString("tenant"u8, tenant.Name);
        json.WriteNumber("profiles"u8, tenant.Profiles.Count);
        json.WriteNumber("enabled_profiles"u8, tenant.Profiles.Count(static profile => profile.Enabled));
        json.WriteNumber("tokens"u8, tenant.Tokens.Count);
        json.WriteStartObject("month"u8);
        json.WriteNumber("runs"u8, tenant.Runs);
        json.WriteNumber("calls"u8, tenant.Calls);
        json.WriteNumber("input_tokens"u8, tenant.Month.Sum(static row => row.InputTokens));
        json.WriteNumber("output_tokens"u8, tenant.Month.Sum(static row => row.OutputTokens));
        json.WriteList("prices", tenant.Month.Where(static row => row.Currency is not null), static (json, row) =>
        {
            json.WriteStartObject();
            json.WriteString("price"u8, BookedPrice.Text(row.Price));
            json.WriteString("currency"u8, row.Currency);
            json.WriteEndObject();
        });
        json.WriteEndObject();
        if (whole)
        {
            json.WriteList("profile_list", tenant.Profiles, static (json, profile) => WriteOne(json, profile.Id, profile.Name, profile.Enabled));
            json.WriteList("token_list", tenant.Tokens, static (json, token) => WriteOne(json, token.Id, token.Name, token.Enabled));
        }
        json.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter json, string id, string name, bool enabled)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("name"u8, name);
        json.WriteBoolean("enabled"u8, enabled);
        json.WriteEndObject();
    }
}
