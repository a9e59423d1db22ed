namespace Perch.Server;

/// <summary>The server did not start; the message says why in a line.</summary>
public sealed class GatewayServerStartException : Exception
{
    /// <summary>Creates one.</summary>
    /// <param name="message">Why, as a sentence.</param>
    /// <param name="innerException">What happened.</param>
    public GatewayServerStartException(string message, Exception? innerException = null) : base(message, innerException) { }
}
