using System.Globalization;
using KeyedWorkflows.Cli.Output;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>Says at once that a host does not answer, or asks to wait, and is asked again: whoever waits should know what for. Not more than once in half a minute, however many rows wait. Safe for use from several threads.</summary>
internal sealed class RetryNotice(Terminal terminal, TimeSpan retryFor) : ILogger
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private long? told;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var code = state is IReadOnlyList<KeyValuePair<string, object?>> values ? values.FirstOrDefault(static value => value.Key == "Code").Value as string : null;
        lock (gate)
        {
            if (told is { } before && terminal.Time.GetElapsedTime(before) < Pause)
                return;
            told = terminal.Time.GetTimestamp();
            var why = code switch
            {
                WorkflowErrorCodes.TooManyRequests => "The host takes no more requests for now",
                WorkflowErrorCodes.LimitReached or WorkflowErrorCodes.BudgetSpent => "The host asks to wait",
                _ => "The host does not answer",
            };
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{why} ({code}): it is asked again, for {retryFor.TotalSeconds:0} seconds. Ctrl-C ends this."));
        }
    }
}
