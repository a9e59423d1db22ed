namespace Perch;

/// <summary>
/// The client's request cannot be read on: its body is larger than the limit, malformed or too slow. <see cref="Receive"/>
/// throws it. If the app lets it through before its response has started, the host answers with <see cref="StatusCode"/>.
/// </summary>
public sealed class RequestRejectedException : IOException
{
    /// <summary>Creates the exception for a bad request (400).</summary>
    public RequestRejectedException() : this(400, "The request cannot be read.") { }

    /// <summary>Creates the exception for a bad request (400) with a message.</summary>
    public RequestRejectedException(string message) : this(400, message) { }

    /// <summary>Creates the exception for a bad request (400) with a message and what caused it.</summary>
    public RequestRejectedException(string message, Exception? innerException) : this(400, message, innerException) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="statusCode">The status that tells the client what was wrong, 400 to 599 (RFC 9110 §15.5, §15.6).</param>
    /// <param name="message">What was wrong, for the client to read: no internals.</param>
    /// <param name="innerException">What caused it.</param>
    public RequestRejectedException(int statusCode, string message, Exception? innerException = null) : base(message, innerException)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 599);
        StatusCode = statusCode;
    }

    /// <summary>The status that tells the client what was wrong: 413, 408 or 400, say.</summary>
    public int StatusCode { get; }
}
