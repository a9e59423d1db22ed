namespace Perch.Testing;

/// <summary>
/// The app closed the WebSocket where a message was awaited. Where the app threw, the code is 1011 and its exception is the
/// <see cref="Exception.InnerException"/>.
/// </summary>
public sealed class WebSocketClosedException : IOException
{
    /// <summary>Creates the exception for a connection that was lost (1006).</summary>
    public WebSocketClosedException() : this(1006, "") { }

    /// <summary>Creates the exception for a connection that was lost (1006), with a message.</summary>
    public WebSocketClosedException(string message) : base(message) => (Code, Reason) = (1006, "");

    /// <summary>Creates the exception for a connection that was lost (1006), with a message and what caused it.</summary>
    public WebSocketClosedException(string message, Exception? innerException) : base(message, innerException) => (Code, Reason) = (1006, "");

    internal WebSocketClosedException(int code, string reason, Exception? inner = null)
        : base($"The WebSocket was closed with the code {code}{(reason.Length > 0 ? ": " + reason : ".")}", inner) => (Code, Reason) = (code, reason);

    /// <summary>The close code (RFC 6455 §7.4).</summary>
    public int Code { get; }

    /// <summary>The reason, empty for none.</summary>
    public string Reason { get; }
}
