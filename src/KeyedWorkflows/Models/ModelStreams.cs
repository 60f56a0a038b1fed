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

    /// <summary>Adds what an update reports of the stream's usage.</summary>
    /// <param name="usage">What was reported before; null where nothing was.</param>
    /// <param name="update">The update.</param>
    public static void AddUsage(ref UsageDetails? usage, ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            if (content is UsageContent reported)
                (usage ??= new UsageDetails()).Add(reported.Details);
        }
    }
}
