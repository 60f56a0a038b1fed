using System.Globalization;

namespace KeyedWorkflows;

/// <summary>Why a call is not made now, and when it may be.</summary>
/// <param name="Code">A code of <see cref="WorkflowErrorCodes"/>.</param>
/// <param name="Message">What is reached, in words for the caller.</param>
/// <param name="Wait">How long until it is worth another try.</param>
internal sealed record LimitRefusal(string Code, string Message, TimeSpan Wait)
{
    private static readonly TimeSpan UntilOthersEnd = TimeSpan.FromSeconds(1);

    public static LimitRefusal Requests(string whose, int limit, TimeSpan wait) => new(
        WorkflowErrorCodes.LimitReached, string.Create(CultureInfo.InvariantCulture, $"{whose} may make {limit} model requests a minute, and has made them. No request was made."), wait);

    public static LimitRefusal Tokens(string whose, long limit, TimeSpan wait) => new(
        WorkflowErrorCodes.LimitReached,
        string.Create(CultureInfo.InvariantCulture, $"{whose} may use {limit} tokens a minute, and has used them, or holds them back for calls that are under way. No request was made."), wait);

    public static LimitRefusal Runs(string whose, int limit, TimeSpan wait) => new(
        WorkflowErrorCodes.LimitReached, string.Create(CultureInfo.InvariantCulture, $"{limit} runs that {whose} pays for may go on at once, and do. The run was not begun."), wait);

    public static LimitRefusal Spent(string whose, BudgetPeriod period, TimeSpan wait) => new(
        WorkflowErrorCodes.BudgetSpent,
        $"The budget of {whose} for this {(period == BudgetPeriod.Day ? "day" : "month")} does not hold what the call may cost. No request was made. A call holds back the most that it may use (MaxOutputTokens), until it is known what it did.", wait);

    public static LimitRefusal HeldByOthers(string whose, BudgetPeriod period) => new(
        WorkflowErrorCodes.LimitReached,
        $"What is left of the budget of {whose} for this {(period == BudgetPeriod.Day ? "day" : "month")} is held back for calls that are under way. No request was made.",
        UntilOthersEnd);

    public ModelCallException ToException(SlotBinding? binding) => new(Code, Message) { StatusCode = 429, RetryAfter = Wait, Binding = binding };

    /// <param name="binding">Who pays.</param>
    /// <param name="isOfPayer">Whether the limit is the payer's: else it is the caller's own, and no use of the profile was refused.</param>
    public WorkflowRunException ToRunException(SlotBinding? binding, bool isOfPayer) =>
        new(Code, Message) { StatusCode = 429, RetryAfter = Wait, Slot = binding?.Slot, Profile = binding?.ProfileName, RefusedPayer = isOfPayer ? RefusedPayer.Of(binding?.Profile) : null };
}
