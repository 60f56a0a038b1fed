using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/limits</c>: who has limits, and what of a budget is used in its present period, as it is booked.</summary>
internal sealed class LimitsEndpoint(Operators operators, UsageLedger ledger, UsageLimitOptions options, TimeProvider time)
{
    public async Task ListAsync(HttpContext http)
    {
        var tenant = QueryText.Optional(http, "tenant");
        List<Limited> all = [];
        foreach (var profile in await operators.Profiles(http).ListAsync(tenant, http.RequestAborted).ConfigureAwait(false))
        {
            if (profile.Limits is { } limits)
                all.Add(new Limited("profile", profile.Id, profile.Name, profile.Tenant, profile.Enabled, limits));
        }
        foreach (var token in await operators.Tokens(http).ListAsync(http.RequestAborted).ConfigureAwait(false))
        {
            if (token.Limits is { } limits && (tenant is null || TokensEndpoint.IsOf(token, tenant)))
                all.Add(new Limited("token", token.Id, token.Name, token.PinnedTenant, token.Enabled, limits));
        }
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.Zone).DateTime);
        var day = await ReadAsync(all, static limits => limits.Day, today, today, http.RequestAborted).ConfigureAwait(false);
        var month = await ReadAsync(all, static limits => limits.Month, new DateOnly(today.Year, today.Month, 1), today, http.RequestAborted).ConfigureAwait(false);
        await PageAnswer.WriteAsync(http, all, (writer, one) =>
        {
            writer.WriteStartObject();
            writer.WriteString("kind"u8, one.Kind);
            writer.WriteString("id"u8, one.Id);
            writer.WriteString("name"u8, one.Name);
            RunSummary.WriteText(writer, "tenant"u8, one.Tenant);
            writer.WriteBoolean("enabled"u8, one.Enabled);
            AdministrationJson.WriteLimits(writer, one.Limits);
            WriteUsed(writer, "day", one.Limits.Day, day, one);
            WriteUsed(writer, "month", one.Limits.Month, month, one);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    /// <summary>What profiles and tokens used in a period of which any of them has a budget.</summary>
    private async Task<Period?> ReadAsync(List<Limited> all, Func<UsageLimits, Budget?> budget, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        if (!all.Exists(one => budget(one.Limits) is not null))
            return null;
        var profiles = await ledger.ReadAsync(new UsageQuery { From = from, To = to, TimeZone = options.TimeZone, By = [UsageDimension.Profile] }, cancellationToken).ConfigureAwait(false);
        var tokens = await ledger.ReadAsync(new UsageQuery { From = from, To = to, TimeZone = options.TimeZone, By = [UsageDimension.Token] }, cancellationToken).ConfigureAwait(false);
        return new Period(from, profiles.Rows.ToLookup(static row => row.ProfileId), tokens.Rows.ToLookup(static row => row.TokenId));
    }

    private static void WriteUsed(Utf8JsonWriter writer, string name, Budget? budget, Period? period, Limited one)
    {
        if (budget is null || period is null)
        {
            writer.WriteNull(name);
            return;
        }
        var rows = (one.Kind == "profile" ? period.Profiles : period.Tokens)[one.Id].ToList();
        var tokens = rows.Sum(static row => row.InputTokens + row.OutputTokens);
        var money = rows.Where(row => row.Currency == budget.Currency).Sum(static row => row.Price);
        writer.WriteStartObject(name);
        writer.WriteString("from"u8, period.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteNumber("tokens"u8, tokens);
        writer.WriteString("money"u8, BookedPrice.Text(money));
        writer.WriteString("currency"u8, budget.Currency);
        writer.WriteNumber("percent"u8, Math.Max(Percent(tokens, budget.Tokens), Percent(money, budget.Money)));
        writer.WriteEndObject();
    }

    private static decimal Percent(decimal used, decimal? most) => most switch
    {
        null => 0,
        0 => 100,
        { } budget => Math.Round(Math.Min(used / budget, 1_000_000) * 100, 1),
    };

    private sealed record Limited(string Kind, string Id, string Name, string? Tenant, bool Enabled, UsageLimits Limits);

    private sealed record Period(DateOnly From, ILookup<string?, UsageRow> Profiles, ILookup<string?, UsageRow> Tokens);
}
