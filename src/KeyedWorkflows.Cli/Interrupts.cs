using System.Runtime.InteropServices;

namespace KeyedWorkflows.Cli;

/// <summary>
/// Heeds Ctrl-C, and being asked to end, from before the first command begins: a command in its first moments would otherwise end where it stands. What is told to stop has a minute; a second Ctrl-C ends the process at once.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] signals;
    private int count;

    public Interrupts() => signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear), PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Hear)];

    public CancellationToken Token => stop.Token;

    public void Dispose()
    {
        foreach (var signal in signals)
            signal.Dispose();
        stop.Dispose();
    }

    private void Hear(PosixSignalContext signal)
    {
        if (Interlocked.Increment(ref count) > 1)
            return;
        signal.Cancel = true;
        _ = Task.Run(EndAsync);
    }

    private async Task EndAsync()
    {
        await stop.CancelAsync();
        await Task.Delay(TimeToStop);
        Environment.Exit(ExitCodes.Interrupted);
    }
}
