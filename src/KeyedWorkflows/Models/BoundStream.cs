using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>A stream under way: it holds its client until it is disposed, and books what the provider reported up to then, however it ends.</summary>
internal sealed class BoundStream(IAsyncEnumerator<ChatResponseUpdate> updates, Attempt<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> attempt, StepAccount account) : IAsyncDisposable
{
    /// <summary>A provider may send pieces that say nothing without end: after so many the stream is handed on, and they are kept no longer.</summary>
    private const int MostKept = 64;

    private const int Idle = 0, Reading = 1, Over = 2;

    private UsageDetails? usage;
    private int state;
    private bool hasTime = true;
    private bool isWhole;

    public Attempt<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Attempt { get; } = attempt;

    /// <summary>The updates up to the first that says something.</summary>
    public List<ChatResponseUpdate> Opening { get; } = [];

    public ChatResponseUpdate Current => updates.Current;

    /// <summary>Reads up to the first update that says something, as far as is reasonable, or to the end.</summary>
    public async ValueTask OpenAsync()
    {
        while (await MoveNextAsync().ConfigureAwait(false))
        {
            Opening.Add(Current);
            if (Says(Current) || Opening.Count == MostKept)
                return;
        }
    }

    /// <summary>Lets it go, unless somebody reads it just now: they are told at the next piece that the step has ended, and let it go themselves.</summary>
    public void LetGoIfIdle()
    {
        if (Interlocked.CompareExchange(ref state, Over, Idle) == Idle)
            _ = EndAsync().AsTask();
    }

    /// <returns>False, too, where it was let go.</returns>
    public async ValueTask<bool> MoveNextAsync()
    {
        if (Interlocked.CompareExchange(ref state, Reading, Idle) != Idle)
            return false;
        try
        {
            return await ReadAsync().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.CompareExchange(ref state, Idle, Reading);
        }
    }

    private async ValueTask<bool> ReadAsync()
    {
        if (Attempt.Layered is not null)
            LayeredCall.Current = Attempt.Layered;
        if (hasTime)
            Attempt.Clock!.Restart();
        var isMore = await updates.MoveNextAsync().ConfigureAwait(false);

        // Pieces that say nothing do not win time: a stream of them would never end.
        hasTime = !isMore || Says(updates.Current);
        if (hasTime)
            Attempt.Clock!.Stop();
        isWhole = !isMore;
        if (isMore)
        {
            Attempt.Layered?.ThrowIfForeign(updates.Current.AdditionalProperties);
            ModelStreams.NoteUsage(ref usage, updates.Current);
            Attempt.Recording?.Note(updates.Current);
        }
        return isMore;
    }

    /// <summary>Ends a stream that nobody saw: it is booked only where the provider reported something.</summary>
    public async ValueTask AbandonAsync()
    {
        Book();
        await updates.LetGoAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        account.Forget(this);
        if (Interlocked.Exchange(ref state, Over) != Over)
            await EndAsync().ConfigureAwait(false);
    }

    private async ValueTask EndAsync()
    {
        Book();
        try
        {
            await updates.LetGoAsync().ConfigureAwait(false);
        }
        finally
        {
            Attempt.End();
            if (isWhole)
                Attempt.Recording?.End();
            else
                Attempt.Recording?.Leave(null);
        }
    }

    private void Book()
    {
        if (usage is not null && Attempt.Layered is null)
            account.AfterCall(usage);
    }

    private static bool Says(ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            if (content is not UsageContent and not TextContent { Text.Length: 0 })
                return true;
        }
        return false;
    }
}
