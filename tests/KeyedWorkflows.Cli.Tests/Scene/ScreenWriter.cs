using System.Text;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>Output and errors, each apart and both as they stand on the screen.</summary>
internal sealed class ScreenWriter(LiveScreen screen) : TextWriter
{
    private readonly LiveScreen own = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        screen.Append([value]);
        own.Append([value]);
    }

    public override void Write(string? value)
    {
        screen.Append(value);
        own.Append(value);
    }

    public override string ToString() => own.ToString();
}
