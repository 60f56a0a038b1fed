using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/tenants</c>: a view over profiles, tokens and usage.</summary>
internal sealed class TenantsEndpoint(Operators operators, TenantCheck check)
{
    public async Task ListAsync(HttpContext http)
    {
        var (page, limit) = PageAnswer.Asked(http);
        var (tenants, total) = await operators.Tenants(http).PageAsync(page, limit, http.RequestAborted).ConfigureAwait(false);
        await PageAnswer.WriteAsync(http, page, limit, total, tenants, static (writer, tenant) =>
        {
            writer.WriteStartObject();
            WriteFields(writer, tenant);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    public async Task ShowAsync(HttpContext http)
    {
        var name = Name(http);
        var tenant = await operators.Tenants(http).FindAsync(name, http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.NoSuchTenant.ToException();
        var profiles = await operators.Profiles(http).ListAsync(name, http.RequestAborted).ConfigureAwait(false);
        var tokens = (await operators.Tokens(http).ListAsync(http.RequestAborted).ConfigureAwait(false)).Where(token => TokensEndpoint.IsOf(token, name));
        await JsonAnswer.WriteAsync(http, 200, tenant, (writer, tenant) =>
        {
            writer.WriteStartObject();
            WriteFields(writer, tenant);
            WriteList(writer, "profile_list", profiles.Select(static profile => (profile.Id, profile.Name, profile.Enabled)));
            WriteList(writer, "token_list", tokens.Select(static token => (token.Id, token.Name, token.Enabled)));
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    public async Task CheckAsync(HttpContext http)
    {
        var name = Name(http);
        if (!ProfileNames.IsValid(name))
            throw AdministrationErrors.NoSuchTenant.ToException();
        var checks = await check.CheckAsync(name, QueryText.Optional(http, "workflow"), http.RequestAborted).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(http, 200, (name, checks), static (writer, answer) => TenantCheckJson.Write(writer, answer.name, answer.checks)).ConfigureAwait(false);
    }

    public async Task RemoveAsync(HttpContext http)
    {
        var removal = await operators.Tenants(http).RemoveAsync(Name(http), QueryText.Flag(http, "purge", false), http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.NoSuchTenant.ToException();
        await JsonAnswer.WriteAsync(http, 200, removal, static (writer, removal) =>
        {
            writer.WriteStartObject();
            writer.WriteString("tenant"u8, removal.Tenant);
            writer.WriteNumber("profiles_deleted"u8, removal.ProfilesDeleted);
            writer.WriteNumber("tokens_revoked"u8, removal.TokensRevoked);
            writer.WriteNumber("tokens_changed"u8, removal.TokensChanged);
            AdministrationJson.WriteTexts(writer, "unreadable_tokens", removal.UnreadableTokens);
            if (removal.Purged is { } purged)
            {
                writer.WriteStartObject("purged"u8);
                writer.WriteNumber("runs"u8, purged.Runs);
                writer.WriteNumber("uploads"u8, purged.Uploads);
                writer.WriteNumber("runs_left"u8, purged.RunsLeft);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("purged"u8);
            }
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static string Name(HttpContext http) => (string)http.Request.RouteValues["tenant"]!;

    private static void WriteFields(Utf8JsonWriter writer, TenantListing tenant)
    {
        writer.WriteString("tenant"u8, tenant.Tenant);
        writer.WriteNumber("profiles"u8, tenant.Profiles);
        writer.WriteNumber("enabled_profiles"u8, tenant.EnabledProfiles);
        writer.WriteNumber("tokens"u8, tenant.Tokens);
        AdministrationJson.WriteTime(writer, "last_used_at", tenant.LastUsedAt);
        writer.WriteStartObject("month"u8);
        writer.WriteString("from"u8, tenant.MonthFrom.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteNumber("runs"u8, tenant.Month.Sum(static row => row.Runs));
        writer.WriteNumber("calls"u8, tenant.Month.Sum(static row => row.Calls));
        writer.WriteNumber("input_tokens"u8, tenant.Month.Sum(static row => row.InputTokens));
        writer.WriteNumber("output_tokens"u8, tenant.Month.Sum(static row => row.OutputTokens));
        writer.WriteStartArray("prices"u8);
        foreach (var row in tenant.Month.Where(static row => row.Currency is not null))
        {
            writer.WriteStartObject();
            writer.WriteString("price"u8, BookedPrice.Text(row.Price));
            writer.WriteString("currency"u8, row.Currency);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<(string Id, string Name, bool Enabled)> all)
    {
        writer.WriteStartArray(name);
        foreach (var one in all)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, one.Id);
            writer.WriteString("name"u8, one.Name);
            writer.WriteBoolean("enabled"u8, one.Enabled);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
