using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Tenants;

/// <summary>A tenant as profiles, tokens and usage know it.</summary>
/// <param name="Name">The tenant.</param>
/// <param name="Profiles">Its profiles.</param>
/// <param name="Tokens">The tokens that its profiles pay for, or may.</param>
/// <param name="Month">What it used in this month, in UTC: a row for each currency.</param>
internal sealed record TenantView(string Name, IReadOnlyList<ProfileListing> Profiles, IReadOnlyList<AccessToken> Tokens, IReadOnlyList<UsageRow> Month)
{
    public static async Task<IReadOnlyList<TenantView>> ReadAllAsync(IOperatorStore store, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var profiles = await store.ListProfilesAsync(null, cancellationToken);
        var tokens = await store.ListTokensAsync(cancellationToken);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var usage = await store.ReadUsageAsync(new UsageQuery { From = new DateOnly(today.Year, today.Month, 1), To = today, By = [UsageDimension.Tenant] }, cancellationToken);
        return
        [
            .. profiles.Select(static profile => profile.Tenant).Concat(tokens.SelectMany(static token => token.Tenants.Append(token.PinnedTenant))).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(name => new TenantView(
                    name,
                    [.. profiles.Where(profile => profile.Tenant == name)],
                    [.. tokens.Where(token => TokensEndpoint.IsOf(token, name))],
                    [.. usage.Rows.Where(row => row.Tenant == name)])),
        ];
    }

    public string? Price => Month.Where(static row => row.Currency is not null).Select(static row => $"{BookedPrice.Text(row.Price)} {row.Currency}").ToArray() is { Length: > 0 } prices ? string.Join(" + ", prices) : null;

    public long Runs => Month.Sum(static row => row.Runs);

    public long Calls => Month.Sum(static row => row.Calls);
}
