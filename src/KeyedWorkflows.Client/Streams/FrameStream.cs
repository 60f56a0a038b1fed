using System.Net.ServerSentEvents;
using System.Text.Json;

namespace KeyedWorkflows.Client;

/// <summary>Reads the events of one connection.</summary>
internal static class FrameStream
{
    /// <summary>Reads until an event is the last, or the connection ends.</summary>
    /// <param name="answer">The stream.</param>
    /// <param name="pulse">Hears of each sign of the server.</param>
    /// <param name="take">Takes an event and its id, and says whether it was the last.</param>
    /// <param name="time">The clock by which a silence is too long.</param>
    /// <param name="end">Ends the reading.</param>
    /// <returns>Null where the last event came; else what broke the connection.</returns>
    public static async Task<Exception?> ReadAsync(HttpResponseMessage answer, Action pulse, Func<RunFrame, string?, bool> take, TimeProvider time, CancellationToken end)
    {
        var parser = default(IAsyncEnumerator<SseItem<RunFrame>>);
        Stream? stream = null;
        try
        {
            stream = new PatientStream(await answer.Content.ReadAsStreamAsync(end).ConfigureAwait(false), pulse, time);
            parser = SseParser.Create(stream, static (_, data) => RunFrame.Parse(data)).EnumerateAsync(end).GetAsyncEnumerator(end);
            while (true)
            {
                var (more, broken) = await MoveNextAsync(parser).ConfigureAwait(false);
                if (broken is not null)
                    return broken;
                if (!more)
                    return new IOException("The stream ended before the run.");
                if (take(parser.Current.Data, parser.Current.EventId))
                    return null;
            }
        }
        catch (Exception error) when (IsBroken(error) && !end.IsCancellationRequested && parser is null)
        {
            return error;
        }
        finally
        {
            if (parser is not null)
                await parser.DisposeAsync().ConfigureAwait(false);
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
        }

        // Apart, so that what goes wrong with an event is not taken for the connection's fault.
        async ValueTask<(bool More, Exception? Broken)> MoveNextAsync(IAsyncEnumerator<SseItem<RunFrame>> items)
        {
            try
            {
                return (await items.MoveNextAsync().ConfigureAwait(false), null);
            }
            catch (Exception error) when (IsBroken(error) && !end.IsCancellationRequested)
            {
                return (false, error);
            }
        }
    }

    /// <summary>Half an event is what a broken connection leaves.</summary>
    private static bool IsBroken(Exception error) => error is JsonException || ConnectionFaults.IsOne(error);
}
