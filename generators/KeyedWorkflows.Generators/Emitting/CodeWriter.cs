using System.Text;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Writes C# with its indentation. Lines end with <c>\n</c> on every machine; numbers are written by the callers, without culture.</summary>
internal sealed class CodeWriter
{
    private const string Step = "    ";
    private readonly StringBuilder text = new();
    private int depth;

    /// <summary>Writes lines. Those of a text with several lines are all indented; an empty one is written without spaces.</summary>
    public CodeWriter Line(string line = "")
    {
        var start = 0;
        while (true)
        {
            var end = line.IndexOf('\n', start);
            var length = (end < 0 ? line.Length : end) - start;
            if (length > 0)
            {
                for (var i = 0; i < depth; i++)
                    text.Append(Step);
                text.Append(line, start, length);
            }
            text.Append('\n');
            if (end < 0)
                return this;
            start = end + 1;
        }
    }

    /// <summary>Opens a block: a brace on its own line.</summary>
    public CodeWriter Open()
    {
        Line("{");
        depth++;
        return this;
    }

    /// <summary>Writes a line, and opens a block.</summary>
    public CodeWriter Open(string header) => Line(header).Open();

    /// <summary>Closes a block.</summary>
    /// <param name="after">What follows the brace, such as <c>;</c>.</param>
    public CodeWriter Close(string after = "")
    {
        depth--;
        return Line("}" + after);
    }

    public CodeWriter Indent()
    {
        depth++;
        return this;
    }

    public CodeWriter Outdent()
    {
        depth--;
        return this;
    }

    public override string ToString() => text.ToString();
}
