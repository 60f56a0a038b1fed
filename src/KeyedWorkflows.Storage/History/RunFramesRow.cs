namespace KeyedWorkflows.Storage;

/// <summary>Frames of a run that came together: each with its length before it.</summary>
internal sealed class RunFramesRow
{
    /// <summary>The run's number.</summary>
    public required long Run { get; set; }

    /// <summary>The number of the first.</summary>
    public required int First { get; set; }

    /// <summary>How many there are.</summary>
    public required int Count { get; set; }

    public required byte[] Content { get; set; }
}
