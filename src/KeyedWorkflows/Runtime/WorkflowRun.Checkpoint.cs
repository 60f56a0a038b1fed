using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace KeyedWorkflows.Runtime;

// What is done, what was kept, and what is handed over when a step ends.
public sealed partial class WorkflowRun
{
    private static readonly byte[] NullJson = "null"u8.ToArray();

    /// <summary>Takes up the result that a step had when the run was cut off.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="value">The result; default where the step was skipped, and where there is none.</param>
    /// <returns>Whether the step is done.</returns>
    public bool TryRestore<T>(int step, out T value)
    {
        value = default!;
        if (!IsDone(step))
            return false;
        value = Restore<T>(step)!;
        return true;
    }

    /// <summary>Takes up the result that a step had when the run was cut off, for a local of a nullable value type.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="value">The result; null where the step was skipped, and where there is none.</param>
    /// <returns>Whether the step is done.</returns>
    public bool TryRestore<T>(int step, out T? value)
        where T : struct
    {
        value = null;
        if (!IsDone(step))
            return false;
        if (Kept(step) is { IsSkipped: false } kept && !kept.Json.Span.SequenceEqual(NullJson))
            value = Read<T>(step, kept);
        return true;
    }

    /// <summary>Whether a step without result was done when the run was cut off.</summary>
    /// <param name="step">The step's number.</param>
    /// <returns>Whether the step is done, or was skipped.</returns>
    public bool TryRestore(int step) => IsDone(step);

    /// <summary>Starts a plain step.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    public void Begin(int step, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (Observer is not null)
            TellStarted(Definition.StepAt(step));
    }

    /// <summary>Hands over a plain step's result. Call it only if the run is observed.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="output">The result.</param>
    /// <returns>Ends when the result is kept.</returns>
    public ValueTask EndAsync<T>(int step, T output)
    {
        Trace?.StepEnds(step);
        if (Observer?.Checkpoint is not null)
            return KeepAndTellAsync(step, output);
        TellFinished(Definition.StepAt(step), output);
        return default;
    }

    /// <summary>Hands over a plain step's result, of a nullable value type. Call it only if the run is observed.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="output">The result.</param>
    /// <returns>Ends when the result is kept.</returns>
    public ValueTask EndAsync<T>(int step, T? output)
        where T : struct => output is { } value ? EndAsync(step, value) : EndAsync(step);

    /// <summary>Notes that a plain step without result has ended. Call it only if the run is observed.</summary>
    /// <param name="step">The step's number.</param>
    /// <returns>Ends when that is kept.</returns>
    public ValueTask EndAsync(int step)
    {
        Trace?.StepEnds(step);
        return KeepAndTellAsync(step);
    }

    /// <summary>Notes that a step is skipped. Call it only if the run is observed.</summary>
    /// <param name="step">The step's number.</param>
    /// <returns>Ends when that is kept.</returns>
    public async ValueTask SkipAsync(int step)
    {
        if (IsDone(step))
            return;
        await SaveAsync(new(step), StepValue.Skipped).ConfigureAwait(false);
        Tell(new StepSkippedEvent { RunId = RunId, At = Host.Time.GetUtcNow(), Step = PathOf(Definition.StepAt(step)) });
    }

    /// <summary>Takes the result of a plain step that must not return null.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="value">The result.</param>
    /// <returns>The result.</returns>
    [return: NotNull]
    public T Require<T>(int step, T? value) => value is null ? throw NullResult(step) : value;

    /// <summary>Takes the result of a plain step that must not return null.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="value">The result.</param>
    /// <returns>The result.</returns>
    public T Require<T>(int step, T? value)
        where T : struct => value ?? throw NullResult(step);

    private bool IsDone(int step) => Observer is { } present && present.IsDone(step);

    private T? Restore<T>(int step) => Kept(step) is { IsSkipped: false } kept ? Read<T>(step, kept) : default;

    private StepValue? Kept(int step) => Observer?.Checkpoint is { } checkpoint && checkpoint.TryGet(new(step), out var value) ? value : null;

    private async ValueTask KeepAndTellAsync<T>(int step, T output)
    {
        await SaveAsync(new(step), Write(step, output)).ConfigureAwait(false);
        TellFinished(Definition.StepAt(step), output);
    }

    private async ValueTask KeepAndTellAsync(int step)
    {
        await SaveAsync(new(step), StepValue.Finished(NullJson)).ConfigureAwait(false);
        TellFinished(Definition.StepAt(step), null);
    }

    // Not with the run's token: what was paid for is kept, though the run ends.
    private ValueTask SaveAsync(StepKey key, StepValue value) => Observer?.Checkpoint is { } checkpoint ? SaveAsync(checkpoint, key, value) : default;

    private async ValueTask SaveAsync(IRunCheckpoint checkpoint, StepKey key, StepValue value)
    {
        try
        {
            await checkpoint.SaveAsync(key, value, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw new WorkflowRunException(WorkflowErrorCodes.HostMisconfigured, $"The result of step '{PathOf(Definition.StepAt(key.Step))}' could not be kept: its store threw {error.GetType().Name}. See the inner exception.", error);
        }
    }

    private StepValue Write<T>(int step, T output, bool isPartial = false)
    {
        try
        {
            return StepValue.Finished(JsonSerializer.SerializeToUtf8Bytes(output, WorkflowJson.TypeInfo<T>(Definition.Json)), isPartial);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new WorkflowRunException(WorkflowErrorCodes.HostMisconfigured, $"The result of step '{PathOf(Definition.StepAt(step))}' cannot be written as JSON: {error.Message}", error);
        }
    }

    private T? Read<T>(int step, in StepValue kept)
    {
        try
        {
            return JsonSerializer.Deserialize(kept.Json.Span, WorkflowJson.TypeInfo<T>(Definition.Json));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw Failure(WorkflowErrorCodes.HostMisconfigured, $"The kept result of step '{PathOf(Definition.StepAt(step))}' cannot be read as {typeof(T).Name}.", step, 0, null);
        }
    }

    // Without a run: whoever catches it adds that, and tells of the step's failure.
    private WorkflowRunException NullResult(int step) =>
        new(WorkflowErrorCodes.StepContract, $"Step '{PathOf(Definition.StepAt(step))}' returned null, and its type allows none. Return a value, or declare the result nullable.");
}
