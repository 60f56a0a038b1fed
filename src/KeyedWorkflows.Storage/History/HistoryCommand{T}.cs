namespace KeyedWorkflows.Storage;

/// <summary>A command with a result, which is told once it is on the disk.</summary>
internal sealed class HistoryCommand<T>(Func<IHistorySession, T> run, Action<IHistorySession, T>? undo) : HistoryCommand
{
    private readonly TaskCompletionSource<T> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Result => told.Task;

    public override void Run(IHistorySession session) => result = run(session);

    protected override HistoryWork? Undo() => undo is null
        ? null
        : new HistoryCommand<bool>(
            session =>
            {
                undo(session, result!);
                return true;
            },
            null) { KeyId = KeyId };

    protected override void OnWritten() => told.TrySetResult(result!);

    protected override void OnFailed(WorkflowRunException error)
    {
        told.TrySetException(error);

        // Nobody may be waiting any more.
        _ = told.Task.Exception;
    }
}
