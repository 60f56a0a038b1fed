namespace KeyedWorkflows.Storage.Tests;

/// <summary>A run of one profile that is held in its first call, so that a change meets it between two calls.</summary>
internal sealed class HeldRun(string profile)
{
    private readonly TaskCompletionSource<string> arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? asked;

    public string Profile => profile;

    /// <summary>What the run asks, once there is one.</summary>
    public Task<string> Arrived => arrived.Task;

    /// <summary>How the run ended.</summary>
    public Task<string> Ended => ended.Task;

    /// <summary>Holds the first run that comes here, and no other.</summary>
    public Task HoldAsync(string text)
    {
        if (Interlocked.CompareExchange(ref asked, text, null) is not null)
            return Task.CompletedTask;
        arrived.TrySetResult(text);
        return released.Task;
    }

    public void Release() => released.TrySetResult();

    public void End(string text, string outcome)
    {
        if (Volatile.Read(ref asked) == text)
            ended.TrySetResult(outcome);
    }
}
