namespace Perch.Testing;

/// <summary>
/// The app denied a WebSocket: with 403, by closing before it accepted; with a denial response of its own; or with 500, when it returned
/// or threw before it answered (what it threw is the <see cref="Exception.InnerException"/>).
/// </summary>
public sealed class WebSocketDeniedException : IOException
{
    /// <summary>Creates the exception for a plain 403.</summary>
    public WebSocketDeniedException() : this(403) { }

    /// <summary>Creates the exception for a plain 403, with a message.</summary>
    public WebSocketDeniedException(string message) : base(message) => StatusCode = 403;

    /// <summary>Creates the exception for a plain 403, with a message and what caused it.</summary>
    public WebSocketDeniedException(string message, Exception? innerException) : base(message, innerException) => StatusCode = 403;

    internal WebSocketDeniedException(int statusCode, HeaderList? headers = null, ReadOnlyMemory<byte> body = default, Exception? inner = null)
        : base($"The app denied the WebSocket with the status {statusCode}.", inner)
    {
        StatusCode = statusCode;
        Headers = headers ?? HeaderList.Empty;
        Body = body;
    }

    /// <summary>The status of the response.</summary>
    public int StatusCode { get; }

    /// <summary>The headers of the response.</summary>
    public HeaderList Headers { get; } = HeaderList.Empty;

    /// <summary>The body of the response.</summary>
    public ReadOnlyMemory<byte> Body { get; }
}
