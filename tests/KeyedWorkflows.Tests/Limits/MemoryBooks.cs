using System.Collections.Concurrent;

namespace KeyedWorkflows.Tests.Limits;

/// <summary>Books in memory: a price for each token, what was spent before, and what was told.</summary>
internal sealed class MemoryBooks : IUsageBooks
{
    public long BillionthsOfToken { get; init; } = 1_000_000;

    /// <summary>A model that costs a hundred times as much as others.</summary>
    public string? Dear { get; set; }

    public Func<BudgetKey, BudgetSums> Before { get; set; } = static _ => default;

    public TimeProvider? Clock { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Opened => opened;

    private int opened;

    public ConcurrentQueue<BudgetNotice> Notices { get; } = [];

    public BookedPrice? PriceOf(string provider, string? modelAsked, string? modelAnswered, in RunUsage usage, DateTimeOffset at) =>
        BillionthsOfToken == 0 ? null : new(usage.TotalTokens * BillionthsOfToken * (Dear is not null && Dear == modelAnswered ? 100 : 1), "USD");

    public Task OpenAsync(BudgetMeter meter)
    {
        Interlocked.Increment(ref opened);
        try
        {
            meter.Committed(default, Before(meter.Key), Clock?.GetTimestamp() ?? TimeProvider.System.GetTimestamp());
            return Task.CompletedTask;
        }
        catch (WorkflowRunException error)
        {
            return Task.FromException(error);
        }
    }

    public void Tell(BudgetNotice notice) => Notices.Enqueue(notice);
}
