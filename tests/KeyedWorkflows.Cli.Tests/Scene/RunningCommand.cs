namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>A command that goes on until it is told to stop.</summary>
internal sealed class RunningCommand(Task<Ran> task, CancellationTokenSource interrupt, LiveScreen screen) : IAsyncDisposable
{
    public Task<Ran> Task => task;

    /// <summary>Waits until a line of the screen begins so, and gives its rest.</summary>
    public Task<string> WaitForAsync(string beginning) => screen.FindAsync(
        text => text.Split('\n')[..^1].FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal))?[beginning.Length..].TrimEnd(),
        task,
        TimeSpan.FromSeconds(30));

    /// <summary>Presses Ctrl-C.</summary>
    public async Task<Ran> InterruptAsync()
    {
        await interrupt.CancelAsync();
        return await task;
    }

    public async ValueTask DisposeAsync()
    {
        await interrupt.CancelAsync();
        await task;
        interrupt.Dispose();
    }
}
