using Microsoft.Win32.SafeHandles;

namespace KeyedWorkflows.Storage;

/// <summary>Journals as files of one directory.</summary>
/// <param name="prefix">How their names begin, with the directory.</param>
internal sealed class JournalFiles(string prefix) : IJournalFiles
{
    public const string Extension = ".calls";

    /// <summary>What is put behind the name of one that cannot be read.</summary>
    public const string Damaged = ".damaged";

    /// <summary>What a file is called until it is locked.</summary>
    private const string Unfinished = ".new";

    /// <summary>For itself alone. On Windows that would hinder it from removing the file, too.</summary>
    private static FileShare Alone => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    public IJournalFile Create()
    {
        var path = $"{prefix}.{Guid.NewGuid():N}{Extension}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,

            // Who opens it for himself alone finds that its process lives; to read it, nobody is kept from.
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var stream = new FileStream(path + Unfinished, options);
        try
        {
            // It has its name once it is locked: before, another process would take it for one that was left.
            File.Move(path + Unfinished, path);
            return new JournalFile(stream, path);
        }
        catch
        {
            stream.Dispose();
            File.Delete(path + Unfinished);
            throw;
        }
    }

    public IEnumerable<IJournalFile> FindLeft()
    {
        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + ".*" + Extension))
        {
            if (TryOpen(path) is { } left)
                yield return new JournalFile(left, path);
        }
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return PrivateFiles.IsLink(path) ? null : new FileStream(path, FileMode.Open, FileAccess.ReadWrite, Alone);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Its process lives, or another has taken it away, or it is another's.
            return null;
        }
    }

    private sealed class JournalFile(FileStream stream, string path) : IJournalFile
    {
        private readonly SafeFileHandle handle = stream.SafeFileHandle;

        public string Name => Path.GetFileName(path);

        public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(handle, bytes, at);

        public int Read(Span<byte> bytes, long at)
        {
            var count = 0;
            while (count < bytes.Length && RandomAccess.Read(handle, bytes[count..], at + count) is > 0 and var read)
                count += read;
            return count;
        }

        public void SetAside() => File.Move(path, path + Damaged, overwrite: true);

        public void Remove() => File.Delete(path);

        public void Dispose() => stream.Dispose();
    }
}
