namespace Perch.Tests.Shared.Processes;

/// <summary>Kestrel's warning that its clock was late, which a machine that pauses brings about, whatever the server does.</summary>
internal static class HeartbeatWarning
{
    /// <summary>Whether a line of the log belongs to it. ASP.NET Core's console has a line before the message, with the event's number.</summary>
    internal static bool Has(string line) =>
        line.Contains("the heartbeat has been running for", StringComparison.Ordinal) || line == "warn: Microsoft.AspNetCore.Server.Kestrel[22]";
}
