namespace KeyedWorkflows.Runtime;

/// <summary>What a checkpoint holds for a step or an element: its result as UTF-8 JSON, or that there is none because it was skipped, or failed where it may.</summary>
internal readonly struct StepValue
{
    private StepValue(bool isSkipped, bool isPartial, ReadOnlyMemory<byte> json)
    {
        IsSkipped = isSkipped;
        IsPartial = isPartial;
        Json = json;
    }

    /// <summary>The step did not run: its result is absent.</summary>
    public static StepValue Skipped => new(true, false, default);

    /// <summary>The step is optional and failed: its result is as absent, and a run that is taken up again still ends partial.</summary>
    public static StepValue Failed => new(true, true, default);

    /// <summary>The step ended with its result; <c>null</c> for a step without one.</summary>
    public static StepValue Finished(ReadOnlyMemory<byte> json, bool isPartial = false) => new(false, isPartial, json);

    /// <summary>Whether there is no result, for whatever reason.</summary>
    public bool IsSkipped { get; }

    /// <summary>Whether the run went on past a failure here: of the step itself, or of an optional step of the sub-workflow that it ran.</summary>
    public bool IsPartial { get; }

    public ReadOnlyMemory<byte> Json { get; }
}
