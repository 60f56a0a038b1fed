using System.Text;

namespace KeyedWorkflows.Cli.Input;

/// <summary>Reads a line from the terminal that is shown nowhere.</summary>
internal static class HiddenLine
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    /// <summary>What was pasted comes at once; what comes later was typed for somebody else.</summary>
    private static readonly TimeSpan AfterPaste = TimeSpan.FromMilliseconds(80);

    public static Task<string> ReadAsync(CancellationToken cancellationToken) => Task.Run(() => Read(cancellationToken), cancellationToken);

    /// <summary>
    /// Reads to the end of the line, and, where several lines were pasted, all of them: what is left over would be typed into the shell, and stand in its history.
    /// </summary>
    private static string Read(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        while (true)
        {
            var key = NextKey(cancellationToken);
            if (key.Key == ConsoleKey.Enter)
            {
                if (!WaitForMore(AfterPaste))
                    return text.ToString();
                text.Append('\n');
            }
            else if (key.Key == ConsoleKey.Backspace)
            {
                if (text.Length > 0)
                    text.Length--;
            }
            else if (key.KeyChar == '\u0015')
            {
                text.Clear();
            }
            else if (key.KeyChar == '\u0004' && text.Length == 0)
            {
                return "";
            }
            else if (key.KeyChar != '\0')
            {
                text.Append(key.KeyChar);
            }
        }
    }

    private static ConsoleKeyInfo NextKey(CancellationToken cancellationToken)
    {
        while (!Console.KeyAvailable)
        {
            if (cancellationToken.WaitHandle.WaitOne(Pause))
                cancellationToken.ThrowIfCancellationRequested();
        }
        return Console.ReadKey(intercept: true);
    }

    private static bool WaitForMore(TimeSpan patience)
    {
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (!Console.KeyAvailable)
        {
            if (Environment.TickCount64 >= until)
                return false;
            Thread.Sleep(Pause);
        }
        return true;
    }
}
