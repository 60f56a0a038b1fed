namespace KeyedWorkflows.Server;

/// <summary>Where the frames of a run come from: the run itself while it goes on here, else the store.</summary>
internal interface IFrameSource
{
    string RunId { get; }

    /// <summary>Waits for frames from a number on.</summary>
    /// <returns>At least one frame; none where the run has ended and all were given.</returns>
    ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(int from, CancellationToken cancellationToken);
}
