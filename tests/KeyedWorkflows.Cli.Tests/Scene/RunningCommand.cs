using System.Text;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>A command that goes on until it is told to stop.</summary>
internal sealed class RunningCommand(Task<Ran> task, CancellationTokenSource interrupt, StringBuilder screen) : IAsyncDisposable
{
    public Task<Ran> Task => task;

    /// <summary>Waits until a line of the screen begins so, and gives its rest.</summary>
    public async Task<string> WaitForAsync(string beginning)
    {
        var until = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            string text;
            lock (screen)
                text = screen.ToString();
            foreach (var line in text.Split('\n')[..^1])
            {
                if (line.StartsWith(beginning, StringComparison.Ordinal))
                    return line[beginning.Length..].TrimEnd();
            }
            Assert.False(task.IsCompleted || DateTime.UtcNow > until, text);
            await System.Threading.Tasks.Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

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
