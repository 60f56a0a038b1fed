using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KeyedWorkflows.Cli.Input;

/// <summary>Reads a line from the terminal that is shown nowhere.</summary>
internal static class HiddenLine
{
    private const int Pause = 100;

    /// <summary>What was pasted comes at once; what comes later was typed for somebody else.</summary>
    private const int AfterPaste = 80;

    /// <summary>Reads a line. Where several were pasted, all of them: what is left over would be typed into the shell, and stand in its history.</summary>
    /// <param name="ask">Shows what is asked for. Called when nothing that is typed is shown any more.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static Task<string> ReadAsync(Action ask, CancellationToken cancellationToken) => Task.Run(() => OperatingSystem.IsWindows() ? ReadKeys(ask, cancellationToken) : ReadLines(ask, cancellationToken), cancellationToken);

    /// <summary>
    /// The terminal itself is told to show nothing, before it is asked: <see cref="Console.ReadKey(bool)"/> hides what is typed while it waits, and the terminal shows what comes between two calls. What was typed before is dropped, and so is what
    /// is left over. Where it goes on after Ctrl-Z and <c>fg</c>, the shell has let the terminal show again what is typed: it is told anew, and asks anew.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static string ReadLines(Action ask, CancellationToken cancellationToken)
    {
        using var hidden = SilentTerminal.Begin();
        using var goesOn = PosixSignalRegistration.Create(PosixSignal.SIGCONT, signal =>
        {
            // Else .NET sets the terminal as it knew it, which shows, after this.
            signal.Cancel = true;
            if (hidden.Renew())
                ask();
        });
        ask();
        using var input = new FileStream(new SafeFileHandle(SilentTerminal.StandardInput, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var line = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var isWhole = line.Length > 0 && line.GetBuffer()[line.Length - 1] == '\n';
            if (!SilentTerminal.HasInput(isWhole ? AfterPaste : Pause))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (isWhole)
                    break;
                continue;
            }
            var read = input.Read(buffer);
            if (read == 0)
                break;
            line.Write(buffer, 0, read);
        }
        return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
    }

    private static string ReadKeys(Action ask, CancellationToken cancellationToken)
    {
        ask();
        var text = new StringBuilder();
        while (true)
        {
            while (!Console.KeyAvailable)
            {
                if (cancellationToken.WaitHandle.WaitOne(Pause / 4))
                    cancellationToken.ThrowIfCancellationRequested();
            }
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Thread.Sleep(AfterPaste);
                if (!Console.KeyAvailable)
                    return text.ToString();
                text.Append('\n');
            }
            else if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                text.Append(key.KeyChar);
            }
        }
    }
}
