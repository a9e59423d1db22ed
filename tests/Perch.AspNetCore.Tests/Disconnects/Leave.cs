namespace Perch.AspNetCore.Tests.Disconnects;

/// <summary>The ways for a client to leave.</summary>
public enum Leave
{
    /// <summary>Closes: FIN.</summary>
    Close,

    /// <summary>Dies: RST.</summary>
    Reset,
}
