using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Reads a run's frames from the store, and waits for more while it goes on elsewhere.</summary>
internal sealed class StoredFrameSource(IRunHistory history, string tokenId, StoredRun run, TimeProvider time) : IFrameSource
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private bool toldEnd;

    public string RunId => run.Id;

    /// <summary>How the run stood when it was found.</summary>
    public string Status => run.Status;

    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(int from, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (toldEnd)
                return [];
            var read = await history.ReadFramesAsync(tokenId, run.Id, from, cancellationToken).ConfigureAwait(false) ?? throw StoredRuns.Unknown();
            if (read.Frames.Count > 0)
            {
                toldEnd = read.HasEnded && HoldsEnd(read.Frames[^1].Span);
                return read.Frames;
            }
            if (read.HasEnded)
            {
                // A run whose events are not kept, or that its host left without telling the end.
                toldEnd = true;
                var summary = RunSummary.Of(await history.FindAsync(tokenId, run.Id, null, cancellationToken).ConfigureAwait(false) ?? throw StoredRuns.Unknown());
                return from > 0 && await WasToldAsync(from, cancellationToken).ConfigureAwait(false) ? [] : [RunFrames.EndOf(summary, run.EndUser ?? "")];
            }
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the run's end.</summary>
    public async Task<RunSummary> EndAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var summary = RunSummary.Of(await history.FindAsync(tokenId, run.Id, null, cancellationToken).ConfigureAwait(false) ?? throw StoredRuns.Unknown());
            if (summary.HasEnded)
                return summary;
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the caller had the last frame already.</summary>
    private async Task<bool> WasToldAsync(int from, CancellationToken cancellationToken) =>
        await history.ReadFramesAsync(tokenId, run.Id, from - 1, cancellationToken).ConfigureAwait(false) is { Frames: [var last] } && HoldsEnd(last.Span);

    private static bool HoldsEnd(ReadOnlySpan<byte> frame) => frame.StartsWith("""{"event":"workflow_finished","""u8);
}
