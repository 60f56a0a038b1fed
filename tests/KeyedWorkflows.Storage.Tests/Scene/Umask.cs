using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>All tests run under umask 000: what is private is so because the store makes it so.</summary>
internal static partial class Umask
{
    [ModuleInitializer]
    internal static void TakeNothingAway()
    {
        if (!OperatingSystem.IsWindows())
            _ = Set(0);
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Set(uint mask);
}
