using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KeyedWorkflows.Cli.Input;

/// <summary>A Unix terminal that shows nothing of what is typed, until this is disposed of.</summary>
internal sealed class SilentTerminal : IDisposable
{
    public const int StandardInput = 0;

    /// <summary>More than any system's <c>termios</c> takes.</summary>
    private const int StateLength = 256;

    /// <summary>Applies it when all was written, and drops what was typed and not read.</summary>
    private const int AfterFlush = 2;

    /// <summary><c>ECHO</c> and <c>ECHONL</c>, which Linux and macOS number differently.</summary>
    private static readonly uint Shows = OperatingSystem.IsMacOS() ? 0x8u | 0x10u : 0x8u | 0x40u;

    /// <summary>Where <c>c_lflag</c> lies: behind three flags of four bytes, or of eight on macOS.</summary>
    private static readonly int FlagsAt = OperatingSystem.IsMacOS() ? 24 : 12;

    private readonly byte[] before;
    private readonly byte[] silent;
    private readonly Lock gate = new();
    private bool isOver;

    private SilentTerminal(byte[] before, byte[] silent)
    {
        this.before = before;
        this.silent = silent;
    }

    /// <exception cref="CommandFault">The terminal cannot be told to: then nothing may be asked for.</exception>
    public static SilentTerminal Begin()
    {
        var state = new byte[StateLength];
        if (GetState(StandardInput, state) != 0)
            throw Refused();
        var silent = state.ToArray();
        var flags = silent.AsSpan(FlagsAt, sizeof(uint));
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.WriteUInt32LittleEndian(flags, BinaryPrimitives.ReadUInt32LittleEndian(flags) & ~Shows);
        else
            BinaryPrimitives.WriteUInt32BigEndian(flags, BinaryPrimitives.ReadUInt32BigEndian(flags) & ~Shows);
        return SetState(StandardInput, AfterFlush, silent) == 0 ? new SilentTerminal(state, silent) : throw Refused();
    }

    /// <summary>Waits until there is something to read.</summary>
    public static bool HasInput(int milliseconds)
    {
        var asked = new Asked { File = StandardInput, Events = 1 };
        return Poll(ref asked, 1, milliseconds) > 0;
    }

    /// <summary>The same again, after somebody else had the terminal, who leaves it as they like.</summary>
    /// <returns>Whether it shows nothing now; not where this is over.</returns>
    public bool Renew()
    {
        lock (gate)
            return !isOver && SetState(StandardInput, AfterFlush, silent) == 0;
    }

    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            _ = SetState(StandardInput, AfterFlush, before);
        }
    }

    private static CommandFault Refused() => CommandFault.Usage("This terminal cannot hide what is typed: give the key through standard input, with --key-stdin.");

    [DllImport("libc", EntryPoint = "tcgetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetState(int file, [Out] byte[] state);

    [DllImport("libc", EntryPoint = "tcsetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetState(int file, int when, [In] byte[] state);

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Asked asked, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Asked
    {
        public int File;
        public short Events;
        public short Happened;
    }
}
