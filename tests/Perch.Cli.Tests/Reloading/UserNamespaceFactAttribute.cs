using System.Diagnostics;

namespace Perch.Cli.Tests.Reloading;

/// <summary>A test that needs limits of its own, user_namespaces(7), and <c>python3</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UserNamespaceFactAttribute : FactAttribute
{
    public UserNamespaceFactAttribute()
    {
        ProcessStartInfo start = With("max_inotify_instances", 0, new ProcessStartInfo("python3", ["--version"]));
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            Skip = process.ExitCode == 0 ? null : "This user may have no namespace, or there is no python3.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip = "There is no unshare.";
        }
    }

    /// <summary>The same program, with a limit of /proc/sys/user.</summary>
    internal static ProcessStartInfo With(string limit, int most, ProcessStartInfo start)
    {
        string[] command = [start.FileName, .. start.ArgumentList];
        start.FileName = "unshare";
        start.ArgumentList.Clear();
        foreach (string argument in (string[])["-Ur", "sh", "-c", $"echo {most} > /proc/sys/user/{limit} && exec \"$@\"", "sh", .. command])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
