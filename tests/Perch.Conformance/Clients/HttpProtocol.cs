namespace Perch.Conformance.Clients;

/// <summary>How a client speaks HTTP to the app.</summary>
public enum HttpProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http1,

    /// <summary>HTTP/1.1 over TLS.</summary>
    Http1Tls,

    /// <summary>HTTP/2 with prior knowledge.</summary>
    Http2,

    /// <summary>HTTP/2 by ALPN.</summary>
    Http2Tls,
}
