namespace TriggerApi.Desk;

/// <summary>The orders of each client's own customers. The host has one; a caller needs none.</summary>
public interface IOrderBook
{
    Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct);
}
