using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>Keeps all that a host logs, at every level, with scopes and exceptions.</summary>
internal sealed class LogSink : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text => string.Join('\n', lines);

    /// <summary>Waits until a text is logged.</summary>
    public async Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        while (true)
        {
            var more = Volatile.Read(ref next).Task;
            if (Text.Contains(text, StringComparison.Ordinal))
                return;
            await more.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Whether a text stands in a line, in any case.</summary>
    public bool Holds(string text) => lines.Any(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        lines.Enqueue($"scope {state}");
        return null;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
        Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public void Dispose()
    {
    }
}
