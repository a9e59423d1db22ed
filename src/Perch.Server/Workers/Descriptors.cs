using System.Runtime.InteropServices;

namespace Perch.Server.Workers;

/// <summary>Which file descriptors the programs get that this process starts.</summary>
internal static partial class Descriptors
{
    // <fcntl.h>, the same on Linux and macOS.
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>They get it.</summary>
    internal static void Share(nint descriptor) => _ = Control((int)descriptor, SetDescriptorFlags, 0);

    /// <summary>They do not: whoever waits for the end of a pipe would wait for them as well.</summary>
    internal static void Keep(nint descriptor) => _ = Control((int)descriptor, SetDescriptorFlags, CloseOnExec);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int descriptor, int command, int argument);
}
