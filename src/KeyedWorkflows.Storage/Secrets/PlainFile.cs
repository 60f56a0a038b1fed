using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeyedWorkflows.Storage;

/// <summary>A file that is open for reading, and is nothing else: to open a pipe as one opens a file would wait for somebody to write into it.</summary>
internal sealed class PlainFile : IDisposable
{
    // EPERM, ENOENT, EACCES.
    private const int NotPermitted = 1, NotThere = 2, AccessDenied = 13;

    private readonly SafeFileHandle handle;

    private PlainFile(SafeFileHandle handle) => this.handle = handle;

    /// <exception cref="IOException">It is not there, or no plain file, or another than the one of the path by now.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static PlainFile Open(string path)
    {
        var handle = OpenWithoutWaiting(path);
        try
        {
            if (!IsStill(handle, path))
                throw new IOException("The file was exchanged.");

            // A pipe or a socket has no length, and says so.
            _ = RandomAccess.GetLength(handle);
            return new PlainFile(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads until the buffer is full or the file is over.</summary>
    public int Read(Span<byte> buffer)
    {
        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(handle, buffer[length..], length) is var read and > 0)
            length += read;
        return length;
    }

    public void Dispose() => handle.Dispose();

    private static SafeFileHandle OpenWithoutWaiting(string path)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return File.OpenHandle(path);
        if (!File.Exists(path))
            throw new FileNotFoundException();
        var (nonBlocking, closeOnExec) = OperatingSystem.IsLinux() ? (0x800, 0x80000) : (0x4, 0x1000000);
        var descriptor = OpenFile(path, nonBlocking | closeOnExec);
        if (descriptor < 0)
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            throw error.NativeErrorCode switch
            {
                NotPermitted or AccessDenied => new UnauthorizedAccessException(error.Message),
                NotThere => new FileNotFoundException(error.Message),
                _ => new IOException(error.Message),
            };
        }
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Whether what was opened is what the path said: between the two somebody may have put a link in its place.</summary>
    private static bool IsStill(SafeFileHandle handle, string path) =>
        !Directory.Exists("/proc/self/fd") || File.ResolveLinkTarget($"/proc/self/fd/{handle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName == path;

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
