using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Writes to the standard output of this process and finds out whether it arrived: the console's own writer is silent where the reader of a pipe has gone.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    private const int Interrupted = 4;

    /// <summary>That it takes nothing just now, where somebody made it not wait. Linux and macOS number it differently.</summary>
    private static readonly int Busy = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Writes a text, all of it.</summary>
    /// <exception cref="IOException">It did not get there, or not all of it.</exception>
    public static void WriteSurely(string text)
    {
        Console.Out.Flush();
        if (OperatingSystem.IsWindows())
        {
            Console.Out.Write(text);
            Console.Out.Flush();
            return;
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < bytes.Length;)
        {
            var written = Write(Descriptor, ref bytes[at], (nuint)(bytes.Length - at));
            if (written > 0)
                at += (int)written;
            else if (Marshal.GetLastPInvokeError() is var error && error == Busy)
                Thread.Yield();
            else if (error != Interrupted)
                throw new IOException("Standard output takes nothing.", new Win32Exception(error));
        }
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int file, ref byte bytes, nuint count);
}
