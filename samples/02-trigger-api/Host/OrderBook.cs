using TriggerApi.Desk;

namespace TriggerApi.Host;

/// <summary>An order book in memory. One client's orders are not found under another's name.</summary>
internal sealed class OrderBook : IOrderBook
{
    private static readonly Dictionary<string, IReadOnlyList<Order>> Orders = new()
    {
        ["bluebird"] = [new("1042", "The Sea Road, hardback", "in Bristol, arriving tomorrow")],
        ["harbour"] = [new("2207", "Wool blanket", "held at customs")],
        ["cedar"] = [new("3310", "Garden shears", "on its way")],
    };

    public Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct) => Task.FromResult(tenant is not null && Orders.TryGetValue(tenant, out var found) ? found : []);
}
