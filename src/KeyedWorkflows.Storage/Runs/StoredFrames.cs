namespace KeyedWorkflows.Storage;

/// <summary>Frames of a run.</summary>
/// <param name="First">The number of the first.</param>
/// <param name="Frames">Each as JSON, in order.</param>
/// <param name="HasEnded">Whether the run has ended, so that no more will come.</param>
internal sealed record StoredFrames(int First, IReadOnlyList<ReadOnlyMemory<byte>> Frames, bool HasEnded);
