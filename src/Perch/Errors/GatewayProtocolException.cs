namespace Perch;

/// <summary>
/// The app broke the protocol: a message out of order, of the wrong type, or malformed. It is thrown out of <see cref="Send"/>
/// (or <see cref="Receive"/>, for overlapping calls); nothing of the message reached the client.
/// </summary>
public sealed class GatewayProtocolException : InvalidOperationException
{
    /// <summary>Creates the exception with a message for the app's author.</summary>
    public GatewayProtocolException(string message) : base(message) { }

    /// <summary>Creates the exception with a message for the app's author and what caused it.</summary>
    public GatewayProtocolException(string message, Exception? innerException) : base(message, innerException) { }

    /// <summary>Creates the exception with no detail.</summary>
    public GatewayProtocolException() : this("The app broke the gateway protocol.") { }
}
