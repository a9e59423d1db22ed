namespace Perch.Messages;

/// <summary>The close codes of WebSockets: RFC 6455 §7.4 and the registry that it founds.</summary>
internal static class CloseCodes
{
    /// <summary>§7.4.1: all is done.</summary>
    internal const int Normal = 1000;

    /// <summary>§7.1.5: the close frame had no code.</summary>
    internal const int None = 1005;

    /// <summary>§7.1.5: there was no close frame.</summary>
    internal const int Lost = 1006;

    /// <summary>§7.4.1: a message is too large.</summary>
    internal const int TooBig = 1009;

    /// <summary>§7.4.1: the server, or its app, has failed.</summary>
    internal const int InternalError = 1011;

    /// <summary>The server stops.</summary>
    internal const int ServiceRestart = 1012;

    /// <summary>Whether a code may be on the wire: 1004, 1005, 1006 and 1015 may not, nor what is unassigned.</summary>
    internal static bool MayBeSent(int code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
