using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Perch.Conformance.Hosts;

/// <summary>The signals that end a server.</summary>
internal static class Signals
{
    private const int SigTerm = 15;

    internal static void Terminate(int processId)
    {
        if (Kill(processId, SigTerm) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
