using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Perch.Tests.Shared.Processes;

/// <summary>Signals to a process, by their numbers on Linux.</summary>
internal static class Signals
{
    internal const int Hangup = 1;
    internal const int Interrupt = 2;
    internal const int Kill = 9;
    internal const int Terminate = 15;
    internal const int Continue = 18;
    internal const int Suspend = 19;
    internal const int BackgroundRead = 21;
    internal const int BackgroundWrite = 22;

    internal static void Send(int processId, int signal)
    {
        if (KillProcess(processId, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillProcess(int processId, int signal);
}
