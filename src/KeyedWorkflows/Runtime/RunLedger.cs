using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>What a run's model calls have used, and its ceilings. A sub-workflow's ledger books to the step that runs it as well.</summary>
internal sealed class RunLedger(long? maxTokens, long? maxCalls, StepAccount? parent)
{
    /// <summary>No model takes or gives a thousandth of it in one request.</summary>
    private const long MostTokens = 1_000_000_000;

    private readonly Lock gate = new();
    private RunUsage usage;
    private ModelCallException? breach;

    public RunUsage Usage
    {
        get
        {
            lock (gate)
                return usage;
        }
    }

    /// <summary>The ceiling that was reached first. A step that swallowed the error ends with it all the same.</summary>
    public ModelCallException? Breach => Volatile.Read(ref breach);

    /// <summary>Counts a request, unless a ceiling stands in its way.</summary>
    public void BeforeCall()
    {
        lock (gate)
        {
            if (breach is not null)
                throw new ModelCallException(breach.Code, breach.Message);
            if (usage.Calls >= maxCalls)
                throw Reached(WorkflowErrorCodes.CallLimitReached, $"The run has made {usage.Calls} of {maxCalls} model calls that it may. RunOptions.MaxCalls or [Workflow(MaxCalls)] says how many.");
            if (usage.TotalTokens >= maxTokens)
                throw Reached(WorkflowErrorCodes.TokenLimitReached, $"The run has used {usage.TotalTokens} tokens, and may use {maxTokens}. RunOptions.MaxTokens or [Workflow(MaxTokens)] says how many.");
            parent?.BeforeChildCall();
            usage = usage with { Calls = usage.Calls + 1 };
        }
    }

    /// <summary>Books what a request used.</summary>
    public void AfterCall(in RunUsage used)
    {
        lock (gate)
        {
            usage += used;
            if (usage.TotalTokens > maxTokens)
                _ = Reached(WorkflowErrorCodes.TokenLimitReached, $"The run has used {usage.TotalTokens} tokens, and may use {maxTokens}. RunOptions.MaxTokens or [Workflow(MaxTokens)] says how many.");
        }
        parent?.AfterChildCall(used);
    }

    /// <summary>What a provider reports of one request: never less than nothing, and never so much that sums could turn over.</summary>
    public static RunUsage Of(UsageDetails? details) => details is null
        ? default
        : new(0, Within(details.InputTokenCount), Within(details.OutputTokenCount), Within(details.CachedInputTokenCount), Within(details.ReasoningTokenCount));

    /// <summary>Whether a provider reports what cannot be: less than nothing, or more than there is. Such a report is not believed in any of its numbers.</summary>
    public static bool IsAbsurd(UsageDetails? details) => details is not null
        && (IsAbsurd(details.InputTokenCount) || IsAbsurd(details.OutputTokenCount) || IsAbsurd(details.CachedInputTokenCount) || IsAbsurd(details.ReasoningTokenCount));

    private static bool IsAbsurd(long? tokens) => tokens is < 0 or > MostTokens;

    private static long Within(long? tokens) => Math.Clamp(tokens ?? 0, 0, MostTokens);

    private ModelCallException Reached(string code, string message) => breach ??= new(code, message);
}
