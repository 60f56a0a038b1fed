namespace KeyedWorkflows.Runtime;

/// <summary>What a checkpoint holds for a step or an element: its result as UTF-8 JSON, or that it was skipped.</summary>
internal readonly struct StepValue
{
    private StepValue(bool isSkipped, ReadOnlyMemory<byte> json)
    {
        IsSkipped = isSkipped;
        Json = json;
    }

    /// <summary>The step did not run, or failed where it may: its result is absent.</summary>
    public static StepValue Skipped => new(true, default);

    /// <summary>The step ended with its result; <c>null</c> for a step without one.</summary>
    public static StepValue Finished(ReadOnlyMemory<byte> json) => new(false, json);

    public bool IsSkipped { get; }

    public ReadOnlyMemory<byte> Json { get; }
}
