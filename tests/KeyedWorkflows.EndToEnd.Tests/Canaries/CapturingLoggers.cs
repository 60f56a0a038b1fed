using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>Keeps all that any logger is told: the text, each value of it, scopes, and the error.</summary>
internal sealed class CapturingLoggers(Evidence evidence) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Capturing(evidence, categoryName);

    public void Dispose()
    {
    }

    private sealed class Capturing(Evidence evidence, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            evidence.Note(Channel.Logs, $"{category}: scope {state} {Values(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            evidence.Note(Channel.Logs, $"{logLevel} {category}: {formatter(state, exception)} {Values(state)}");
            if (exception is not null)
                ExceptionText.Note(evidence, Channel.Logs, exception);
        }

        private static string Values(object? state) => state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(static value => $"{value.Key}={value.Value}")) : "";
    }
}
