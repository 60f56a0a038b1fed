using System.Text;

namespace KeyedWorkflows.Cli.Output;

/// <summary>
/// Where a command says what is no result. Where that does not arrive (it is closed, or its disk is full) the command goes on: it would end in the middle otherwise, with a token made that nobody has seen, and its exit code still tells
/// what came of it.
/// </summary>
internal sealed class SideWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // There is nowhere left to say so.
        }
    }
}
