using System.Text;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Files that a command writes: whole or not at all, and for their owner alone.</summary>
internal static class FileText
{
    /// <summary>More than a token takes: a full disk takes a file that is empty.</summary>
    private const int TrialBytes = 1024;

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes a file that is not there yet, unless it may be replaced.</summary>
    public static void Write(string path, string text, bool replace)
    {
        RefuseDirectory(path);
        RefuseMissing(path, "Nothing was written.");
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

    /// <summary>A directory is never replaced by a file: said before anything is done whose answer would have no place then.</summary>
    /// <exception cref="CommandFault">There is a directory of that name.</exception>
    public static void RefuseDirectory(string path)
    {
        if (Directory.Exists(path))
            throw CommandFault.Conflict($"'{path}' is a directory: name a file in it. Nothing was changed.");
    }

    /// <summary>A directory that is not there is not made: it may be another than was meant.</summary>
    /// <param name="path">The file that is to be written into it.</param>
    /// <param name="then">What the command has not done.</param>
    /// <exception cref="CommandFault">There is no such directory.</exception>
    public static void RefuseMissing(string path, string then)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw CommandFault.NotFound($"There is no '{path}', or no directory that it is to be in. {then}");
    }

    /// <summary>Writes a file that is not there, and takes it away again: whether the disk takes one is found out before anything is made that is told once, and would be lost.</summary>
    public static void Try(string path)
    {
        RefuseDirectory(path);
        PrivateFiles.Write(path, static file => file.Write(new byte[TrialBytes]), replace: false);
        File.Delete(path);
    }
}
