using System.Text;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Files that a command writes: whole or not at all, and for their owner alone.</summary>
internal static class FileText
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes a file that is not there yet, unless it may be replaced.</summary>
    public static void Write(string path, string text, bool replace)
    {
        if (!replace && File.Exists(path))
            throw IsThere();
        try
        {
            PrivateFiles.Write(path, file => file.Write(Encoding.GetBytes(text)), replace);
        }
        catch (IOException) when (!replace && File.Exists(path))
        {
            // Somebody else was first.
            throw IsThere();
        }

        static CommandFault IsThere() => CommandFault.Conflict("There is a file of that name already. Name another, or give --force.");
    }
}
