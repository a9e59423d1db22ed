namespace Perch.Http.WebSockets.Compression;

/// <summary>Chooses among the extensions that a client offers (RFC 6455 §9.1, RFC 7692 §5 and §7.1).</summary>
internal static class DeflateNegotiation
{
    /// <summary>Takes the first offer of permessage-deflate that can be agreed to.</summary>
    /// <param name="offers">The values of <c>Sec-WebSocket-Extensions</c>, one for each field, in order.</param>
    /// <param name="options">What the server wants.</param>
    /// <param name="response">The value of the response's <c>Sec-WebSocket-Extensions</c>; null without an agreement.</param>
    /// <returns>Null if nothing is agreed to: the connection goes on without compression.</returns>
    internal static DeflateAgreement? Negotiate(IEnumerable<string> offers, WebSocketGatewayOptions options, out string? response)
    {
        response = null;
        return null;
    }
}
