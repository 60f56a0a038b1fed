namespace Quickstart.Orders;

/// <summary>The orders of each client's own customers. A service of yours: the workflow takes it by its constructor.</summary>
public interface IOrderBook
{
    Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct);

    /// <summary>Where an order's parcel is; null where the tenant has no such order.</summary>
    Task<string?> TrackAsync(string? tenant, string number, CancellationToken ct);
}
