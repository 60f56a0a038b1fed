namespace Quickstart.Orders;

/// <summary>An order book in memory. One client's orders are not found under another's name.</summary>
internal sealed class OrderBook : IOrderBook
{
    private static readonly Dictionary<string, IReadOnlyList<Order>> Orders = new()
    {
        ["bluebird"] = [new("1042", "The Sea Road, hardback", "in Bristol, arriving tomorrow"), new("1043", "Reading lamp", "delivered on Monday")],
        ["harbour"] = [new("2207", "Wool blanket", "held at customs")],
        ["cedar"] = [new("3310", "Garden shears", "on its way"), new("3311", "Watering can", "waiting for stock")],
    };

    public Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct) => Task.FromResult(Of(tenant));

    public Task<string?> TrackAsync(string? tenant, string number, CancellationToken ct) =>
        Task.FromResult(Of(tenant).FirstOrDefault(order => order.Number == number)?.Parcel);

    private static IReadOnlyList<Order> Of(string? tenant) => tenant is not null && Orders.TryGetValue(tenant, out var found) ? found : [];
}
