using System.Text;

namespace KeyedWorkflows.Cli.Output;

/// <summary>
/// Where this process writes. What does not arrive (it is closed, or its disk is full) is told apart from all else that reads and writes. That of standard output ends the command, which has done its work by then and must not be repeated for it
/// (<see cref="OutputLostException"/>). What is said beside it, on standard error, need not arrive: a command that ended for it would end in the middle, with a token made that nobody has seen, and its exit code still tells what came of it.
/// </summary>
internal sealed class ProcessWriter : TextWriter
{
    private readonly TextWriter inner;
    private readonly bool mustArrive;

    private ProcessWriter(TextWriter inner, bool mustArrive)
    {
        this.inner = inner;
        this.mustArrive = mustArrive;
    }

    public override Encoding Encoding => inner.Encoding;

    public static ProcessWriter OfResults(TextWriter inner) => new(inner, mustArrive: true);

    public static ProcessWriter OfWords(TextWriter inner) => new(inner, mustArrive: false);

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <summary>In one piece: others write lines of their own.</summary>
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (mustArrive)
                throw new OutputLostException(error);
        }
    }
}
