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

    public void Tell(BudgetNotice notice) => _ = TellAsync(notice);

    private async Task TellAsync(BudgetNotice notice)
    {
        try
        {
            // The account may not be there yet, or not be written to now: it is tried again with the next call that passes a part, and after a restart.
            var isFirst = await writer.ExecuteAsync(
                session =>
                {
                    if (!BudgetAccounts.Tell(session, notice.Key, notice.Percent))
                        return false;
                    notices.Write(session, notice);
                    return true;
                },
                null,
                CancellationToken.None).ConfigureAwait(false);
            if (isFirst)
                LogPassed(notice.Key.Subject.Kind == LimitSubjectKind.Profile ? "Profile" : "Token", notice.Name, notice.Percent, notice.Budget.IsSoft ? "soft " : "", notice.Key.Period == BudgetPeriod.Day ? "day" : "month");
        }
        catch (WorkflowRunException error)
        {
            LogUntold(notice.Name, error.Code);
        }
    }

    [LoggerMessage(EventId = 50, Level = LogLevel.Warning, Message = "{Kind} {Name} has used {Percent} % of its {Soft}budget for this {Period}.")]
    private partial void LogPassed(string kind, string name, int percent, string soft, string period);

    [LoggerMessage(EventId = 51, Level = LogLevel.Error, Message = "That {Name} has used a part of its budget could not be noted ({Code}).")]
    private partial void LogUntold(string name, string code);
}
