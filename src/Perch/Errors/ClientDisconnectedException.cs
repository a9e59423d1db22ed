namespace Perch;

/// <summary>
/// The client has left. <see cref="Send"/> throws it from then on. An app may let it through: no host logs it above Debug.
/// </summary>
/// <remarks>An <see cref="IOException"/>, as ASGI 2.4 has <c>send</c> raise an <c>OSError</c> after a disconnect.</remarks>
public sealed class ClientDisconnectedException : IOException
{
    /// <summary>Creates the exception with the standard message.</summary>
    public ClientDisconnectedException() : base("The client has disconnected.") { }

    /// <summary>Creates the exception with a message.</summary>
    public ClientDisconnectedException(string message) : base(message) { }

    /// <summary>Creates the exception with a message and what caused it.</summary>
    public ClientDisconnectedException(string message, Exception? innerException) : base(message, innerException) { }
}
