namespace KeyedWorkflows.Storage;

/// <summary>What was added to a run since it was last reported.</summary>
internal record RunProgress
{
    public required string Id { get; init; }

    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    public IReadOnlyList<RunModelCall> Calls { get; init; } = [];

    /// <summary>The frames since the last report, each as JSON, in order. The first of a run has number 0.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Frames { get; init; } = [];

    /// <summary>The number of the first of <see cref="Frames"/>.</summary>
    public int FirstFrame { get; init; }
}
