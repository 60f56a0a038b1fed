using System.Text;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>A text that is written while others wait for what comes. Safe for use from several threads.</summary>
internal sealed class LiveScreen
{
    private readonly StringBuilder text = new();
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Hears at once, before the command goes on, all that is shown.</summary>
    public Action<string>? Heard { get; init; }

    public void Append(ReadOnlySpan<char> more)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            text.Append(more);
            waiting = changed;
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        waiting.SetResult();
        Heard?.Invoke(Read().Text);
    }

    /// <summary>The text, and what ends when there is more of it.</summary>
    public (string Text, Task Changed) Read()
    {
        lock (gate)
            return (text.ToString(), changed.Task);
    }

    /// <summary>Waits until something can be found in the text.</summary>
    /// <param name="find">Finds it; null where it is not there yet.</param>
    /// <param name="end">What ends when no more comes.</param>
    /// <param name="patience">How long it may take.</param>
    public async Task<T> FindAsync<T>(Func<string, T?> find, Task end, TimeSpan patience)
        where T : class
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        over.CancelAfter(patience);
        while (true)
        {
            // Asked before the text is read: what is written last is looked at once more.
            var isAtEnd = end.IsCompleted;
            var (shown, more) = Read();
            if (find(shown) is { } found)
                return found;
            Assert.False(isAtEnd, $"It ended, and what is waited for was not shown:\n{shown}");
            try
            {
                await Task.WhenAny(more, end).WaitAsync(over.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"What is waited for was not shown in time:\n{shown}");
            }
        }
    }

    public override string ToString() => Read().Text;
}
