using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/limits</c>: who has limits, and what of a budget is used in its present period, as it is booked.</summary>
internal sealed class LimitsEndpoint(Operators operators, UsageLedger ledger, UsageLimitOptions options, TimeProvider time)
{
    public async Task ListAsync(HttpContext http)
    {
        var tenant = QueryText.Optional(http, "tenant");
        var profiles = await operators.Profiles(http).ListAsync(tenant, http.RequestAborted).ConfigureAwait(false);
        var tokens = await operators.Tokens(http).ListAsync(http.RequestAborted).ConfigureAwait(false);
        var all = await UsedLimits.ReadAsync(profiles, tokens.Where(token => tenant is null || TokensEndpoint.IsOf(token, tenant)), ledger, options, time.GetUtcNow(), http.RequestAborted).ConfigureAwait(false);
        await PageAnswer.WriteAsync(http, all, static (writer, one) => one.WriteTo(writer)).ConfigureAwait(false);
    }
}
