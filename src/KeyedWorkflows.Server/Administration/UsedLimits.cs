using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>A profile or a token that has limits, and what of its budgets is used.</summary>
internal sealed record UsedLimits
{
    /// <summary><c>profile</c> or <c>token</c>.</summary>
    public required string Kind { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Tenant { get; init; }

    public required bool Enabled { get; init; }

    public required UsageLimits Limits { get; init; }

    /// <summary>Null where there is no budget of a day.</summary>
    public UsedBudget? Day { get; init; }

    /// <summary>The same of a month.</summary>
    public UsedBudget? Month { get; init; }

    /// <summary>Of the profiles and tokens that have limits, in their order.</summary>
    /// <param name="profiles">The profiles.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="ledger">What was used.</param>
    /// <param name="options">Whose days and months are counted.</param>
    /// <param name="now">Which they are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<IReadOnlyList<UsedLimits>> ReadAsync(
        IEnumerable<ProfileListing> profiles, IEnumerable<AccessToken> tokens, UsageLedger ledger, UsageLimitOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<UsedLimits> all = [];
        foreach (var profile in profiles)
        {
            if (profile.Limits is { } limits)
                all.Add(new UsedLimits { Kind = "profile", Id = profile.Id, Name = profile.Name, Tenant = profile.Tenant, Enabled = profile.Enabled, Limits = limits });
        }
        foreach (var token in tokens)
        {
            if (token.Limits is { } limits)
                all.Add(new UsedLimits { Kind = "token", Id = token.Id, Name = token.Name, Tenant = token.PinnedTenant, Enabled = token.Enabled, Limits = limits });
        }
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, options.Zone).DateTime);
        var day = await ReadAsync(all, static limits => limits.Day, today, today, ledger, options, cancellationToken).ConfigureAwait(false);
        var month = await ReadAsync(all, static limits => limits.Month, new DateOnly(today.Year, today.Month, 1), today, ledger, options, cancellationToken).ConfigureAwait(false);
        return [.. all.Select(one => one with { Day = Used(one, one.Limits.Day, day), Month = Used(one, one.Limits.Month, month) })];
    }

    /// <summary>As the administration API tells it.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("kind"u8, Kind);
        writer.WriteString("id"u8, Id);
        writer.WriteString("name"u8, Name);
        RunSummary.WriteText(writer, "tenant"u8, Tenant);
        writer.WriteBoolean("enabled"u8, Enabled);
        AdministrationJson.WriteLimits(writer, Limits);
        Write(writer, "day", Day);
        Write(writer, "month", Month);
        writer.WriteEndObject();
    }

    /// <summary>What profiles and tokens used in a period of which any of them has a budget.</summary>
    private static async Task<Period?> ReadAsync(List<UsedLimits> all, Func<UsageLimits, Budget?> budget, DateOnly from, DateOnly to, UsageLedger ledger, UsageLimitOptions options, CancellationToken cancellationToken)
    {
        if (!all.Exists(one => budget(one.Limits) is not null))
            return null;
        var profiles = await ledger.ReadAsync(new UsageQuery { From = from, To = to, TimeZone = options.TimeZone, By = [UsageDimension.Profile] }, cancellationToken).ConfigureAwait(false);
        var tokens = await ledger.ReadAsync(new UsageQuery { From = from, To = to, TimeZone = options.TimeZone, By = [UsageDimension.Token] }, cancellationToken).ConfigureAwait(false);
        return new Period(from, profiles.Rows.ToLookup(static row => row.ProfileId), tokens.Rows.ToLookup(static row => row.TokenId));
    }

    private static UsedBudget? Used(UsedLimits one, Budget? budget, Period? period)
    {
        if (budget is null || period is null)
            return null;
        var rows = (one.Kind == "profile" ? period.Profiles : period.Tokens)[one.Id].ToList();
        var tokens = rows.Sum(static row => row.InputTokens + row.OutputTokens);
        var money = rows.Where(row => row.Currency == budget.Currency).Sum(static row => row.Price);
        return new UsedBudget(period.From, tokens, money, budget.Currency, Math.Max(Percent(tokens, budget.Tokens), Percent(money, budget.Money)));
    }

    private static void Write(Utf8JsonWriter writer, string name, UsedBudget? used)
    {
        if (used is null)
        {
            writer.WriteNull(name);
            return;
        }
        writer.WriteStartObject(name);
        writer.WriteString("from"u8, used.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteNumber("tokens"u8, used.Tokens);
        writer.WriteString("money"u8, BookedPrice.Text(used.Money));
        writer.WriteString("currency"u8, used.Currency);
        writer.WriteNumber("percent"u8, used.Percent);
        writer.WriteEndObject();
    }

    private static decimal Percent(decimal used, decimal? most) => most switch
    {
        null => 0,
        0 => 100,
        { } budget => Math.Round(Math.Min(used / budget, 1_000_000) * 100, 1),
    };

    private sealed record Period(DateOnly From, ILookup<string?, UsageRow> Profiles, ILookup<string?, UsageRow> Tokens);
}
