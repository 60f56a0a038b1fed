using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>What the store knows for limits: prices, what was spent before, and who was told of it. Safe for use from several threads.</summary>
internal sealed partial class UsageBooks(PriceTable prices, HistoryWriter writer, IBudgetNotices notices, ILogger<UsageBooks> logger) : IUsageBooks
{
    public BookedPrice? PriceOf(string provider, string? modelAsked, string? modelAnswered, in RunUsage usage, DateTimeOffset at) => prices.Of(provider, modelAsked, modelAnswered, usage, at);

    public async Task OpenAsync(BudgetMeter meter)
    {
        writer.Accounts.Watch(meter);
        var opening = new OpenBudget(writer.Accounts, meter);
        writer.Post(opening);
        await writer.WaitAsync(opening.Result).ConfigureAwait(false);
    }

    public void Tell(BudgetNotice notice)
    {
        try
        {
            writer.Post(new NoteBudget(notice, writer.Accounts, notices, Noted, Lost));
        }
        catch (WorkflowRunException)
        {
            Lost(notice);
        }
    }

    private void Noted(BudgetNotice notice, bool isFirst)
    {
        if (isFirst)
            LogPassed(notice.Key.Subject.Kind == LimitSubjectKind.Profile ? "Profile" : "Token", notice.Name, notice.Percent, notice.Budget.IsSoft ? "soft " : "", notice.Key.Period == BudgetPeriod.Day ? "day" : "month");
    }

    /// <summary>The host stops and the database has not taken it, or refuses it.</summary>
    private void Lost(BudgetNotice notice) => LogUntold(notice.Name, notice.Percent);

    [LoggerMessage(EventId = 50, Level = LogLevel.Warning, Message = "{Kind} {Name} has used {Percent} % of its {Soft}budget for this {Period}.")]
    private partial void LogPassed(string kind, string name, int percent, string soft, string period);

    [LoggerMessage(EventId = 51, Level = LogLevel.Error, Message = "That {Name} has used {Percent} % of its budget could not be noted: nobody is told.")]
    private partial void LogUntold(string name, int percent);
}
