using System.Globalization;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>Says how far a batch is: in one line that is written over on a terminal, else in a line for each tenth. Safe for use from several threads.</summary>
internal sealed class BatchProgress(Terminal terminal, int total, int done)
{
    private readonly Lock gate = new();
    private int ended = done;
    private int failures;
    private int told = -1;

    public void Ended(bool succeeded)
    {
        lock (gate)
        {
            ended++;
            if (!succeeded)
                failures++;
            Tell();
        }
    }

    public void Begin()
    {
        lock (gate)
            Tell();
    }

    public void End()
    {
        if (terminal.IsRich)
            terminal.Error.WriteLine();
    }

    private void Tell()
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{ended} of {total} rows{(failures == 0 ? "" : $", {failures} of them failed")}");
        if (terminal.IsRich)
        {
            terminal.Error.Write($"\r{line}\u001b[K");
            terminal.Error.Flush();
            return;
        }
        var tenth = total == 0 ? 10 : ended * 10 / total;
        if (tenth == told)
            return;
        told = tenth;
        terminal.Error.WriteLine(line);
    }
}
