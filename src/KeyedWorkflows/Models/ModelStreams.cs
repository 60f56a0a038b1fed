using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>What is done with every stream of a model.</summary>
internal static class ModelStreams
{
    /// <summary>Lets a stream go that is over, or that nobody reads any more.</summary>
    public static async ValueTask LetGoAsync(this IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        try
        {
            await updates.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // How a stream that is over lets go of its connection concerns nobody, and the text of the error may be the provider's.
        }
    }

    /// <summary>
    /// Notes what an update reports of the usage of one request. Providers report it once, or in parts, or with each piece what it came to so far: so the greatest number of each kind counts. A report that cannot be
    /// (<see cref="RunLedger.IsAbsurd(UsageDetails)"/>) stays: one that takes back what another said must not be believed.
    /// </summary>
    /// <param name="usage">What was reported before; null where nothing was.</param>
    /// <param name="update">The update.</param>
    public static void NoteUsage(ref UsageDetails? usage, ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            if (content is not UsageContent { Details: var reported } || RunLedger.IsAbsurd(usage))
                continue;
            usage = usage is null || RunLedger.IsAbsurd(reported) ? reported : new()
            {
                InputTokenCount = Most(usage.InputTokenCount, reported.InputTokenCount),
                OutputTokenCount = Most(usage.OutputTokenCount, reported.OutputTokenCount),
                TotalTokenCount = Most(usage.TotalTokenCount, reported.TotalTokenCount),
                CachedInputTokenCount = Most(usage.CachedInputTokenCount, reported.CachedInputTokenCount),
                ReasoningTokenCount = Most(usage.ReasoningTokenCount, reported.ReasoningTokenCount),
            };
        }
    }

    private static long? Most(long? one, long? other) => one is null || other > one ? other : one;
}
