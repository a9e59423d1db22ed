using System.Globalization;

namespace Perch.Server.Binding;

/// <summary>The sockets of systemd's socket activation (sd_listen_fds(3)).</summary>
internal static class SystemdSockets
{
    /// <summary>SD_LISTEN_FDS_START: the first descriptor.</summary>
    private const int First = 3;

    private const string ProcessVariable = "LISTEN_PID";
    private const string CountVariable = "LISTEN_FDS";

    /// <summary>Their descriptors, if they are meant for this process. Its children are not to take them for theirs.</summary>
    internal static IEnumerable<int> Take()
    {
        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (Environment.GetEnvironmentVariable(ProcessVariable) != own
            || !int.TryParse(Environment.GetEnvironmentVariable(CountVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return [];
        }

        Environment.SetEnvironmentVariable(ProcessVariable, null);
        Environment.SetEnvironmentVariable(CountVariable, null);
        return Enumerable.Range(First, count);
    }
}
