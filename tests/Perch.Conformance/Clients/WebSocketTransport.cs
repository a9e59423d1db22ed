namespace Perch.Conformance.Clients;

/// <summary>How a WebSocket comes to the app.</summary>
public enum WebSocketTransport
{
    /// <summary><c>ws</c> by HTTP/1.1's upgrade.</summary>
    Http1,

    /// <summary><c>wss</c> by HTTP/1.1's upgrade.</summary>
    Http1Tls,

    /// <summary><c>ws</c> by HTTP/2's extended CONNECT (RFC 8441).</summary>
    Http2,

    /// <summary><c>wss</c> by HTTP/2's extended CONNECT.</summary>
    Http2Tls,
}
